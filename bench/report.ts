// How a benchmark runs the bin, and tells its figures.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What starts the bin as people start it: with the flags of its first line. */
export function binArguments(): string[] {
  const bin = fileURLToPath(new URL('../cli/tutorsim.js', import.meta.url))
  const [first = ''] = readFileSync(bin, 'utf8').split('\n')
  return [...first.split(' ').filter((word) => word.startsWith('--')), bin]
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return ((sorted[(sorted.length - 1) >> 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2
}

export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

export function heading(text: string): void {
  console.log(`\n${text}`)
}

export function row(name: string, figure: string): void {
  console.log(`  ${name.padEnd(56)} ${figure.padStart(20)}`)
}

export function verdict(name: string, figure: string, limit: string, met: boolean): boolean {
  console.log(`  ${name.padEnd(56)} ${figure.padStart(20)}  ${limit}  ${met ? 'met' : 'MISSED'}`)
  return met
}

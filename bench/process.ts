// Runs the bin, and other programs, as processes whose time and memory are measured, from start to exit.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { binArguments } from './report.ts'

const NO_WARMUP = ['--warmup', '0d']
const ROOT = fileURLToPath(new URL('..', import.meta.url))

export interface Took {
  /** What was made in the time: events, rows, lines, visits. */
  count: number
  wallSeconds: number
  cpuSeconds: number
  maxResidentBytes: number
}

export interface World {
  students: number
  duration: string
}

/** What is put before a command so that it stays on one core; nothing where there is no `taskset`. */
export function oneCore(): string[] {
  return spawnSync('taskset', ['-c', '0', 'true']).status === 0 ? ['taskset', '-c', '0'] : []
}

/** Simulates a world that is not kept, from its birth where the options say nothing of a warm-up. @param options of the command */
export async function simulate(
  { students, duration }: World,
  to: string,
  options: readonly string[] = [],
  pin: readonly string[] = [],
): Promise<Took> {
  const size = ['--students', String(students), '--for', duration, ...(options.includes('--warmup') ? [] : NO_WARMUP)]
  const command = [...binArguments(), 'run', '--store', 'memory', ...size, ...options, '--to', to]
  const { events, ...took } = await run(command, pin)
  if (!(events > 0)) throw new Error(`${command.join(' ')}: made ${events} events`)
  return { ...took, count: events }
}

/** Runs the bin or a program of bench/; `count` is the number that it prints. @param pin what is put before its command */
export async function program(args: readonly string[], pin: readonly string[] = []): Promise<Took> {
  const { output, ...took } = await run(['--import', './bench/print-usage.ts', ...args], pin)
  return { ...took, count: Number(output) }
}

/** Runs a program that other generators are measured with. @throws Error where they are not installed */
export function peer(args: readonly string[], pin: readonly string[] = []): Promise<Took> {
  if (!existsSync(new URL('peers/node_modules', import.meta.url)))
    throw new Error('npm ci --prefix bench/peers comes first, as in npm run bench')
  return program(args, pin)
}

/** Runs a program of Node, which says as the last line of its standard error what it took and made. @param pin what is put before it */
export function run(
  args: readonly string[],
  pin: readonly string[] = [],
): Promise<Omit<Took, 'count'> & { events: number; output: string }> {
  const [command = '', ...rest] = [...pin, process.execPath, ...args]
  const began = performance.now()
  const child = spawn(command, rest, {
    cwd: ROOT,
    env: { ...process.env, TUTORSIM_USAGE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errorText = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText += text
  })
  return new Promise((resolve, reject) => {
    let wallSeconds = 0
    child.on('error', reject)
    child.on('exit', () => {
      wallSeconds = (performance.now() - began) / 1000
    })
    child.on('close', (code, signal) => {
      if (code === 0) resolve({ wallSeconds, output, ...JSON.parse(errorText.trimEnd().split('\n').at(-1) ?? '') })
      else reject(new Error(`node ${args.join(' ')} ended with ${code ?? signal}: ${errorText.slice(-2000)}`))
    })
  })
}

// Several ways of doing the same, compared: each once a round, one after the other, so that all see the machine alike. Ratios are
// of pairs in one round, and hold from machine to machine; figures do not.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Took } from './process.ts'
import { grouped, median, row, verdict } from './report.ts'

export const ROUNDS = Number(process.env.ROUNDS ?? 3)

/** Runs a benchmark with a folder of its own, which is gone afterwards. Exit 1 where a limit is missed. */
export async function measured(measure: (folder: string) => Promise<readonly boolean[]>): Promise<void> {
  console.log(`Node ${process.version}, ${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown processor'}`)
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-bench-'))
  const stop = (): void => {
    rmSync(folder, { recursive: true, force: true })
    process.exit(130)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  try {
    process.exitCode = (await measure(folder)).every(Boolean) ? 0 : 1
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop)
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Each way once a round, in the order given and then the other way round. A round before them, which does not count, warms the
 * disk's and the compiler's caches.
 * @param folder what a way leaves in it is gone before the next
 */
export async function inRounds<Way extends string>(
  ways: Record<Way, () => Promise<Took>>,
  { folder, rounds = ROUNDS }: { folder?: string; rounds?: number },
): Promise<Record<Way, Took[]>> {
  const names = Object.keys(ways) as Way[]
  const took = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Way, Took[]>
  for (let round = 0; round <= rounds; round++)
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const one = await ways[name]()
      if (folder !== undefined) {
        rmSync(folder, { recursive: true, force: true })
        mkdirSync(folder)
      }
      if (round > 0) took[name].push(one)
    }
  return took
}

/** Several processes at once, as one way. */
export function together(all: readonly Took[]): Took {
  const sum = (figure: keyof Took): number => all.reduce((total, took) => total + took[figure], 0)
  return {
    count: sum('count'),
    wallSeconds: Math.max(...all.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: sum('cpuSeconds'),
    maxResidentBytes: sum('maxResidentBytes'),
  }
}

export type Figure = (took: Took) => number
export const aSecond: Figure = ({ count, wallSeconds }) => count / wallSeconds
export const aCpuSecond: Figure = ({ count, cpuSeconds }) => count / cpuSeconds

/** What a way does. */
export function told(name: string, rounds: readonly Took[], what = 'events'): void {
  const middle = (figure: Figure): string => grouped(median(rounds.map(figure)))
  row(name, `${middle(aSecond)} ${what}/s, ${middle(aCpuSecond)} a CPU second`)
}

/** How many times as good as another a way is: the median of the rounds, and all of them. @param least the limit, if it has one */
export function compared(
  name: string,
  [rounds, against]: readonly [readonly Took[], readonly Took[]],
  figure: Figure,
  least?: number,
): boolean {
  const ratios = rounds.map((took, round) => figure(took) / figure(against[round] as Took))
  const title = `${name} (${ratios.map((ratio) => ratio.toFixed(2)).join(' ')})`
  const middle = median(ratios)
  if (least !== undefined) return verdict(title, middle.toFixed(2), `>= ${least.toFixed(2)}`, middle >= least)
  row(title, middle.toFixed(2))
  return true
}

/** The most memory that a way took in any round. @param most the limit */
export function held(name: string, rounds: readonly Took[], most: number): boolean {
  const bytes = Math.max(...rounds.map(({ maxResidentBytes }) => maxResidentBytes))
  return verdict(name, `${(bytes / 1e6).toFixed(0)} MB`, `<= ${most / 1e6} MB`, bytes <= most)
}

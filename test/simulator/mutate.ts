// Makes a mutant: a copy of engine/ with its edits, imported as an engine of its own, and runs schedules on it until one
// is bad.

import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Engine } from './engine.ts'
import type { Mutant } from './mutants.ts'
import { runOutage } from './outage.ts'
import { planOf } from './plan.ts'
import { runSchedule } from './schedule.ts'

/** Under the project, so that the copy finds the packages that it imports; beside those of other runs. */
const FOLDER = join(import.meta.dirname, '.mutants', String(process.pid))
const ENGINE = join(import.meta.dirname, '../../engine')

export interface Catch {
  name: string
  /** The schedule that was bad; undefined: none was. */
  schedules: number | undefined
  /** What was wrong first. */
  wrong: string
}

/** @param seed of the schedules @param schedulesMax how many it may take */
export async function hunt(mutant: Mutant, seed: number, schedulesMax: number): Promise<Catch> {
  const folder = join(FOLDER, mutant.name)
  try {
    const engine = await engineOf(mutant, folder)
    if (mutant.inOutage) {
      const runs = [await runOutage(engine, true), await runOutage(engine, false)]
      const wrong = runs.flatMap(({ verdict }) => verdict.wrong)
      return { name: mutant.name, schedules: wrong.length > 0 ? 1 : undefined, wrong: wrong[0] ?? '' }
    }
    for (let number = 0; number < schedulesMax; number++) {
      const { wrong } = await runSchedule(engine, planOf(seed, number))
      if (wrong.length > 0) return { name: mutant.name, schedules: number + 1, wrong: wrong[0] ?? '' }
      if (number % 100 === 99) await new Promise(setImmediate)
    }
    return { name: mutant.name, schedules: undefined, wrong: '' }
  } finally {
    rmSync(folder, { recursive: true, force: true })
    rmSync(FOLDER, { recursive: true, force: true })
  }
}

async function engineOf({ name, edits }: Mutant, folder: string): Promise<Engine> {
  cpSync(ENGINE, folder, { recursive: true })
  for (const { file, from, to } of edits) {
    const path = join(folder, file)
    const parts = readFileSync(path, 'utf8').split(from)
    if (parts.length !== 2)
      throw new Error(`mutant ${name}: its text is ${parts.length - 1} times in engine/${file}, expected once: ${from}`)
    writeFileSync(path, parts.join(to))
  }
  return import(/* @vite-ignore */ pathToFileURL(join(folder, 'index.ts')).href)
}

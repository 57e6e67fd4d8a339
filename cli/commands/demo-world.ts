// The world that `demo` shows: one of its own, whose history ends now, or one that is kept; and what is told of it.

import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { type Show, type Stage, Story, type Tale } from '../../dashboard/server/index.ts'
import { DAY, formatInstant, type Machine, OptionError, type Store } from '../../engine/index.ts'
import { layered, type Scenario, type Settings, settingsFrom } from '../../model/index.ts'
import { builtIn, CATALOGUE } from '../../model/scenarios/index.ts'
import { openStore } from '../../stores/index.ts'
import { checkFile, wantedBy } from '../terminal/plan.ts'
import { checkTimes, inputsOf } from '../terminal/scenarios.ts'
import { readSettings } from '../terminal/settingsfile.ts'
import { worldIn } from '../terminal/store.ts'

export interface DemoOptions {
  host: string
  /** A port that has to be free; the first free one from 4173 on. */
  port?: number
  /** Wanted from everybody, where the page can be reached from elsewhere. */
  token?: string
  /** One that is kept. */
  world?: string
  store: string
  /** The page may drive a world that is kept. */
  control?: boolean
  /** Goes on in real time. */
  live?: boolean
  seed?: string
  students?: number
  /** A file of settings, or preset:NAME. */
  settings?: string
  /** A built-in scenario or a file, from the world's birth on. */
  scenario?: string
  open?: boolean
  /** A file to write the page to instead. */
  snapshot?: string
}

export const HISTORY_DAYS = 30
const FOLDER = '.tutorsim'

function taleOf(scenario: Scenario): Tale {
  return { scenario, inputs: inputsOf([scenario]) }
}

/** What is on show, before anything of it is there. */
export function showOf(stage: Stage, scenarios: readonly Scenario[], options: DemoOptions): Show {
  const [own] = scenarios.map(taleOf)
  const tales = CATALOGUE.flatMap(({ name }) => builtIn(name) ?? []).map(taleOf)
  return {
    ...{ stage, begun: stage.machine.now(), story: new Story(stage, tales, own) },
    ...(options.world === undefined ? { ingestPath: '/ingest' } : {}),
  }
}

/** Where a world is kept, and whether that is still there. */
export interface Life {
  store: Store
  isThere(): boolean
  /** Deletes what was made for this demo alone. */
  remove?(): void
}

/** @throws WorldError where it is not there */
export async function keptWorld(text: string, world: string, control = false): Promise<Life> {
  const store = await openStore(text, { access: control ? 'change' : 'read' })
  try {
    await worldIn(store, world)
  } catch (error) {
    await store.close()
    throw error
  }
  const file = /^sqlite:(.+)$/s.exec(text)?.[1]
  return { store, isThere: file === undefined ? () => true : isSameFile(file) }
}

/** A file of this demo's own, made anew each time: its history ends now. @param port of its page, which no other demo has */
export async function ownWorld(port: string): Promise<Life> {
  const file = `${FOLDER}/demo-${port}.db`
  mkdirSync(FOLDER, { recursive: true })
  remove(file)
  const store = await openStore(`sqlite:${file}`, { access: 'make' })
  return { store, isThere: isSameFile(file), remove: () => remove(file) }
}

function remove(file: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
}

function isSameFile(file: string): () => boolean {
  const inode = statSync(file).ino
  return () => existsSync(file) && statSync(file).ino === inode
}

/**
 * A world whose history ends now. It begins with a day of UTC, in the early evening of the United States: what a story tells lies
 * whole days behind the start, and is seen at an hour at which lessons are under way.
 */
export async function settingsFor(
  { seed, students, settings: name }: DemoOptions,
  scenarios: readonly Scenario[],
  machine: Machine,
): Promise<Settings> {
  const file = name === undefined ? {} : (await readSettings(name, checkFile)).input
  const own = (['start', 'tick', 'warmup'] as const).find((one) => file[one] !== undefined)
  if (own) throw new OptionError({ option: 'settings', rule: `${own}: a demo has its own`, value: name })
  const start = Math.floor(machine.now() / DAY - HISTORY_DAYS) * DAY
  const options = {
    ...(seed === undefined ? {} : { seed }),
    ...(students === undefined ? {} : { students }),
  }
  const settings = settingsFrom({ ...layered(...scenarios.map(wantedBy), file, options), start: formatInstant(start) })
  checkTimes(scenarios, settings)
  return settings
}

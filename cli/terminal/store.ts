// Opens what `--store` names, and the worlds in it.

import {
  type Head,
  LocalSimulation,
  OperationalError,
  type Rest,
  recover,
  type Store,
  StoreError,
  type TickLog,
  WorldError,
} from '../../engine/index.ts'
import {
  askedBy,
  figuresAfter,
  isOfSettings,
  Marketplace,
  model,
  type NewSize,
  type Settings,
  SIZE_NAMES,
  type Told,
  targetsAfter,
} from '../../model/index.ts'
import { type Access, openStore } from '../../stores/index.ts'

/**
 * Only who makes worlds makes the store where it is not there.
 * @param access what for: to make worlds, to change what is there, or to read
 * @throws StoreNameError, StoreError
 */
export async function withStore<Result>(
  text: string,
  access: Access,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await openStore(text, { access, createTable: access === 'make' })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** A world that is there. @throws WorldError that tells which ones are */
export async function worldIn(store: Store, name: string): Promise<{ log: TickLog; head: Head }> {
  const log = store.world(name)
  const head = await log.readHead()
  if (head) return { log, head }
  const names = await store.worlds()
  throw new WorldError(
    `there is no world ${name}; ${names.length === 0 ? 'the store has none' : `there are ${names.join(', ')}`}`,
    { code: 'WORLD_MISSING' },
  )
}

/** Says which world it is that cannot be gone on with. */
export async function named<Result>(world: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof WorldError || error instanceof StoreError)
      throw new OperationalError(`world ${world}: ${error.message}`, { code: error.code, cause: error })
    throw error
  }
}

/** What is shown of a world where several are listed. */
export interface Stand {
  students: number
  tutors: number
  /** Students that each region should have, in the order of REGIONS. */
  targets: readonly number[]
  /** Settings in force that are not as by default. */
  figures: Settings['figures'] | undefined
  /** SHA-256 of the state. */
  digest: string
}

/** As the last run has left it in HEAD; read from its state where that was killed or is of an older version. */
export async function standAt(log: TickLog, head: Head): Promise<Stand> {
  return (head.rest?.hash === head.hash ? standIn(head.rest) : undefined) ?? (await standRead(log, head))
}

/** @throws StoreError, WorldError */
export async function standRead(log: TickLog, head: Head): Promise<Stand> {
  const simulation = new LocalSimulation(model)
  await recover(log, simulation, head, head.tick)
  const world = new Marketplace(simulation.held)
  return { ...world.census, targets: world.targets, figures: world.settings.figures, digest: world.digest() }
}

function standIn({ digest, shards }: Rest): Stand | undefined {
  const told = shards as readonly (Told | null)[]
  const [first] = told
  if (!first || told.length < model.shardSizes.length) return undefined
  const sum = (of: 'students' | 'tutors') => told.reduce((all, shard) => all + (shard?.[of] ?? 0), 0)
  const { targets, figures } = first
  return { students: sum('students'), tutors: sum('tutors'), targets, figures, digest }
}

/** What a world is to be once it has taken the inputs that wait: its size, and the figures that are not as by default. */
export async function standOf(
  log: TickLog,
  head: Head,
): Promise<{ students: number; figures: Settings['figures'] | undefined }> {
  const settings = head.settings as Settings
  const { start, tickMilliseconds } = settings
  const now = start + head.tick * tickMilliseconds
  let { targets, figures } = await standAt(log, head)
  for (const { input } of head.inputs) {
    if (isOfSettings(input)) figures = figuresAfter(figures, input)
    else if (SIZE_NAMES.some((name) => Object.hasOwn(input as object, name)))
      targets = targetsAfter(targets, askedBy(input as NewSize, now, settings), settings)
  }
  return { students: targets.reduce((sum, target) => sum + target, 0), figures }
}

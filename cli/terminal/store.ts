// Opens what `--store` names, and the worlds in it.

import {
  type Head,
  LocalSimulation,
  OperationalError,
  recover,
  type Store,
  StoreError,
  type TickLog,
  WorldError,
} from '../../engine/index.ts'
import {
  askedBy,
  isIntervention,
  isOfSettings,
  Marketplace,
  model,
  type NewSize,
  type Settings,
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

/** Students that a world is to have: as many as it was born with, or as the latest change of its size asked for. */
export async function sizeOf(log: TickLog, head: Head): Promise<number> {
  const settings = head.settings as Settings
  const { start, tickMilliseconds } = settings
  const simulation = new LocalSimulation(model)
  await recover(log, simulation, head, head.tick)
  const now = start + head.tick * tickMilliseconds
  return head.inputs
    .flatMap(({ input }) =>
      isOfSettings(input) || isIntervention(input) ? [] : [askedBy(input as NewSize, now, settings)],
    )
    .reduce((targets, asked) => targetsAfter(targets, asked, settings), new Marketplace(simulation.held).targets)
    .reduce((sum, target) => sum + target, 0)
}

// Opens what `--store` names, and the worlds in it.

import { type Head, type Store, StoreError, type TickLog, WorldError } from '../../engine/index.ts'
import { openStore, StoreNameError } from '../../stores/index.ts'
import { UsageError } from './usage.ts'

/** @throws UsageError, or Error of one line */
export async function withStore<Result>(text: string, work: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await opened(text)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

async function opened(text: string): Promise<Store> {
  try {
    return await openStore(text, { createTable: true })
  } catch (error) {
    throw error instanceof StoreNameError ? new UsageError(error.message) : error
  }
}

/** A world that is there. @throws Error of one line that tells which ones are */
export async function worldIn(store: Store, name: string): Promise<{ log: TickLog; head: Head }> {
  const log = store.world(name)
  const head = await log.readHead()
  if (head) return { log, head }
  const names = await store.worlds()
  throw new Error(
    `there is no world ${name}; ${names.length === 0 ? 'the store has none' : `there are ${names.join(', ')}`}`,
  )
}

/** Says which world it is that cannot be gone on with. */
export async function named<Result>(world: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof WorldError || error instanceof StoreError)
      throw new Error(`world ${world}: ${error.message}`, { cause: error })
    throw error
  }
}

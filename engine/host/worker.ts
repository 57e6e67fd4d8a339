// A thread that some of a world's shards live in: told what to do with them, it answers with what came of it.

import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { Model } from './model.ts'
import type { Shards } from './shards.ts'

export interface WorkerInput {
  /** Of the module that exports the model as `model`. */
  module: string
  /** Shards that live here. */
  indexes: number[]
  keepsChanges: boolean
  /** The process's folder of compiled code. */
  compileCache: string | undefined
}

/** What a thread can be told: methods of its shards, and `live`, which answers with the rows of events. */
export type Orders = Pick<Shards, 'bear' | 'load' | 'apply' | 'ready' | 'step' | 'take' | 'standing' | 'save'> & {
  live(until: number): Uint8Array[]
}
export type Order = { [Method in keyof Orders]: { method: Method; args: Parameters<Orders[Method]> } }[keyof Orders]
export type Answer = { result: unknown } | { error: unknown; isCodecError: boolean }

const { module, indexes, keepsChanges, compileCache } = workerData as WorkerInput
// A thread does not have the process's compiled code by itself, and without it starts in twice the time: so what is to be
// compiled is imported behind this.
if (compileCache !== undefined) enableCompileCache(compileCache)
const { CodecError } = await import('../kernel/codec.ts')
const { Shards: OwnShards } = await import('./shards.ts')
const { model } = (await import(module)) as { model: Model }
const shards: Shards = new OwnShards(model, indexes, keepsChanges)

function follow({ method, args }: Order): unknown {
  if (method !== 'live') return (shards[method] as (...args: unknown[]) => unknown)(...args)
  shards.advance(...args)
  return shards.events().map((rows) => rows.slice())
}

parentPort?.on('message', (order: Order) => {
  let answer: Answer
  try {
    answer = { result: follow(order) }
  } catch (error) {
    answer = { error, isCodecError: error instanceof CodecError }
  }
  parentPort?.postMessage(answer)
})

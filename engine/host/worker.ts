// A thread that does a part of a world's work: told what to do, it answers with what came of it.

import { parentPort, workerData } from 'node:worker_threads'
import { CodecError } from '../kernel/codec.ts'
import type { Model } from './model.ts'
import { handedOver, type Order, Work } from './work.ts'

export interface WorkerInput {
  /** Of this file: its URL. */
  program: string
  /** Of the module that exports the model as `model`. */
  module: string
  /** Shards that live here. */
  indexes: readonly number[]
  keepsChanges: boolean
  /** The process's folder of compiled code. */
  compileCache: string | undefined
}
export type Answer = { result: unknown } | { error: unknown; isCodecError: boolean }

const { module, indexes, keepsChanges } = workerData as WorkerInput
const { model } = (await import(module)) as { model: Model }
const work = new Work(model, indexes, keepsChanges)

parentPort?.on('message', (order: Order) => {
  let answer: Answer
  let handed: ArrayBuffer[] = []
  try {
    const result = work.follow(order)
    answer = { result }
    handed = handedOver(order, result)
  } catch (error) {
    answer = { error, isCodecError: error instanceof CodecError }
  }
  parentPort?.postMessage(answer, handed)
})

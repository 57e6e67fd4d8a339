// A thread that some of a world's regions live in: told what to do with them, it answers with what came of it.

import { parentPort, workerData } from 'node:worker_threads'
import { Shards } from '../model/index.ts'

export interface WorkerInput {
  /** Into REGIONS. */
  indexes: number[]
  keepsChanges: boolean
}

/** What a thread is told: a method of its shards, or `events`, the rows of events as they stand in their tables. */
export type Order = { [Method in keyof Orders]: { method: Method; args: Parameters<Orders[Method]> } }[keyof Orders]
export type Orders = Pick<Shards, 'bear' | 'load' | 'apply' | 'ready' | 'step' | 'save'> & {
  /** Lives up to an instant. Returns each region's events. */
  events(until: number): Uint8Array[]
}

export type Answer = { result: unknown } | { error: { name: string; message: string } }

const { indexes, keepsChanges } = workerData as WorkerInput
const shards = new Shards(indexes, keepsChanges)

function events(until: number): Uint8Array[] {
  shards.advance(until)
  return shards.regions.map(({ events }) => events.bytes.slice(0, events.count * events.rowBytes))
}

function follow({ method, args }: Order): unknown {
  if (method === 'events') return events(...args)
  return (shards[method] as (...args: unknown[]) => unknown)(...args)
}

parentPort?.on('message', (order: Order) => {
  let answer: Answer
  try {
    answer = { result: follow(order) }
  } catch (error) {
    const { name, message } = error as Error
    answer = { error: { name, message } }
  }
  parentPort?.postMessage(answer)
})

// A thread that lives through some of a world's regions: told an instant, it answers with the events up to it.

import { parentPort, workerData } from 'node:worker_threads'
import { advanceRegions, bearRegions, type Settings } from '../model/index.ts'

export interface WorkerInput {
  settings: Settings
  /** Into REGIONS. */
  indexes: number[]
}

/** Rows of a region's events, as they stand in its table. */
export interface Advanced {
  index: number
  count: number
  bytes: Uint8Array<ArrayBuffer>
}

const { settings, indexes } = workerData as WorkerInput
const regions = bearRegions(settings, indexes)

parentPort?.on('message', (until: number) => {
  advanceRegions(regions, settings, until)
  const advanced = regions.map(({ index, events }): Advanced => {
    const { count, rowBytes } = events
    return { index, count, bytes: events.bytes.slice(0, count * rowBytes) }
  })
  parentPort?.postMessage(
    advanced,
    advanced.map(({ bytes }) => bytes.buffer),
  )
})

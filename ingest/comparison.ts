// What an ingestion API has taken against a world's own record: an NDJSON file of the same run.

import { OperationalError } from '../engine/index.ts'
import { eachLine } from '../sinks/index.ts'
import { EXAMPLES_MAX, type IngestionLedger } from './ledger.ts'

export interface Comparison {
  /** Events in the file. */
  expected: number
  /** Of those, events that never came; or came so long ago that they are forgotten. */
  lost: number
  /** The first of them. */
  lostKeys: string[]
  /** Distinct events that are not in the file. */
  unexpected: number
}

const LINE_CHARACTERS_MAX = 1 << 20
const EVENT_ID = /^\s*\{\s*"event_id"\s*:\s*"([^"\\]*)"/

/** @throws OperationalError where the file cannot be read, or a line of it is no event */
export async function compare(ledger: IngestionLedger, file: string): Promise<Comparison> {
  let [expected, lost] = [0, 0]
  const lostKeys: string[] = []
  await eachLine(file, LINE_CHARACTERS_MAX, (line) => {
    const key = EVENT_ID.exec(line)?.[1]
    if (key === undefined)
      throw new OperationalError(`line ${expected + 1} does not begin with an event_id`, { code: 'FILE_FOREIGN' })
    expected += 1
    if (ledger.hasEvent(key)) return
    lost += 1
    if (lostKeys.length < EXAMPLES_MAX) lostKeys.push(key)
  })
  return { expected, lost, lostKeys, unexpected: Math.max(0, ledger.stats().distinct - (expected - lost)) }
}

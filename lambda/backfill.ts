// A world's history as Parquet, in parts: each is one region over one period, and any number of them run at once. Before them a
// pass lives each region once, silently, and leaves the states that the parts go on from (history.ts). So the parts together cost
// one life and not one for each of them. Nothing is read but the environment and those states, and the same part gives the same
// objects, so all may be run again at any time: a pass leaves out what is there.
//
//     {"region": …, "parts": [{"region": …, "start": …, "from": …, "to": …}, …]}     the pass for those of the region
//     {"region": …, "start": …, "from": …, "to": …}                                  a part
//
//     s3://BACKFILL_BUCKET/BACKFILL_PREFIX event_type=…/region=…/from=….parquet

import { mkdtempSync, openAsBlob, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { model } from '../model/index.ts'
import { openSink } from '../sinks/index.ts'
import { Bucket } from './bucket.ts'
import { type Environment, EnvironmentError, environmentFrom } from './environment.ts'
import { History, instantIn } from './history.ts'

/** What a part is; instants in ISO 8601. */
export interface BackfillPart {
  /** One of the model's regions. */
  region: string
  /** The world's start: the same in all parts of one history. */
  start: string
  /** First instant of the period, not before `start`, and the first one after it. */
  from: string
  to: string
}

/** What goes before parts. */
export interface BackfillPass {
  region: string
  /** Those of the other regions are left out. */
  parts: readonly BackfillPart[]
}

export interface BackfillReport {
  events: number
  objects: string[]
}

const TARGET = 'events.parquet'
/** Of a file that the Parquet sink has written: its type of event, and its number among those. */
const TABLE = /^([a-z_]+)[/\\](\d+)\.parquet$/
/** Readers of such a folder take `region` from the path; a file that had it too would have it twice. */
const TYPES = model.events.types.map((type) => {
  const { region: _, ...fields } = type.fields
  return { ...type, fields }
})
const EVENTS = { ...model.events, types: TYPES }
/** No event is posted and no table is read here. */
const UNUSED = { INGEST_API_URL: 'none', WORLD_TABLE: 'none' }

/** @throws Error of one line: the state machine shows it beside the part */
export async function handler(asked: BackfillPart | BackfillPass): Promise<BackfillReport> {
  const { BACKFILL_BUCKET: name } = process.env
  if (!name) throw new EnvironmentError({ option: 'BACKFILL_BUCKET', rule: 'needed, the name of a bucket' })
  const environment = environmentFrom({ ...process.env, ...UNUSED })
  const bucket = new Bucket(name)
  return 'parts' in asked ? leave(asked, environment, bucket) : write(asked, environment, bucket)
}

/** Leaves a state at the beginning of each part. */
async function leave(
  { region, parts }: BackfillPass,
  environment: Environment,
  bucket: Bucket,
): Promise<BackfillReport> {
  const objects: string[] = []
  const own = parts.filter((part) => part.region === region)
  for (const [start, ofHistory] of Map.groupBy(own, (part) => part.start)) {
    const history = new History(region, start, environment, bucket)
    objects.push(...(await history.leave(ofHistory.map((part) => periodOf(part, history).first))))
  }
  return { events: 0, objects }
}

async function write(part: BackfillPart, environment: Environment, bucket: Bucket): Promise<BackfillReport> {
  const { BACKFILL_PREFIX: prefix = '' } = process.env
  const history = new History(part.region, part.start, environment, bucket)
  const folder = mkdtempSync(join(tmpdir(), 'backfill-'))
  try {
    const tables = join(folder, TARGET)
    const events = await tabulate(history, periodOf(part, history), tables)
    const objects: string[] = []
    for (const file of readdirSync(tables, { recursive: true, encoding: 'utf8' }).sort()) {
      const [, type, segment] = TABLE.exec(file) ?? []
      if (type === undefined) continue
      const name = `from=${part.from.replaceAll(':', '')}${Number(segment) === 0 ? '' : `.${segment}`}.parquet`
      const key = `${prefix}event_type=${type}/region=${part.region}/${name}`
      await bucket.put(key, await openAsBlob(join(tables, file)))
      objects.push(key)
    }
    return { events, objects }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns how many events were written */
async function tabulate(history: History, { first, end }: Period, target: string): Promise<number> {
  const sink = await openSink(target, { streams: 1, types: TYPES, events: EVENTS })
  try {
    return await history.alive(first, [sink], async (host) => {
      const { events, failures } = await host.live({ until: history.tickAt(end) })
      if (failures[0]) throw failures[0]
      return events
    })
  } finally {
    await sink.close()
  }
}

interface Period {
  first: number
  end: number
}

/** @throws EnvironmentError */
function periodOf({ start, from, to }: BackfillPart, { birth }: History): Period {
  const [first, end] = [instantIn('from', from), instantIn('to', to)]
  if (first < birth || end < first)
    throw new EnvironmentError({ option: 'from', rule: `not within ${start} to ${to}`, value: from })
  return { first, end }
}

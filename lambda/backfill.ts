// A part of a world's history as Parquet: one region over one period, simulated from the world's birth. Nothing is read
// but the environment, and the same part gives the same objects, so it may be run again at any time.
//
//     s3://BACKFILL_BUCKET/BACKFILL_PREFIX event_type=…/region=…/from=….parquet

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Host, parseInstant, SECOND } from '../engine/index.ts'
import { model, REGIONS, settingsFrom } from '../model/index.ts'
import { openSink, realMachine } from '../sinks/index.ts'
import { upload } from './backfill-upload.ts'
import { EnvironmentError, environmentFrom, inputFrom } from './environment.ts'

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
export async function handler(part: BackfillPart): Promise<BackfillReport> {
  const { BACKFILL_BUCKET: bucket, BACKFILL_PREFIX: prefix = '' } = process.env
  if (!bucket) throw new EnvironmentError({ option: 'BACKFILL_BUCKET', rule: 'needed, the name of a bucket' })
  const folder = mkdtempSync(join(tmpdir(), 'backfill-'))
  try {
    const events = await write(part, folder)
    const objects: string[] = []
    const tables = join(folder, TARGET)
    for (const file of readdirSync(tables, { recursive: true, encoding: 'utf8' }).sort()) {
      const [, type, segment] = TABLE.exec(file) ?? []
      if (type === undefined) continue
      const name = `from=${part.from.replaceAll(':', '')}${Number(segment) === 0 ? '' : `.${segment}`}.parquet`
      const key = `${prefix}event_type=${type}/region=${part.region}/${name}`
      await upload(join(tables, file), bucket, key)
      objects.push(key)
    }
    return { events, objects }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns how many events were written */
async function write({ region, start, from, to }: BackfillPart, folder: string): Promise<number> {
  const place = (REGIONS as readonly string[]).indexOf(region)
  if (place < 0)
    throw new EnvironmentError({ option: 'region', rule: `not one of ${REGIONS.join(', ')}`, value: region })
  const [birth, first, end] = [instant('start', start), instant('from', from), instant('to', to)]
  if (first < birth || end < first)
    throw new EnvironmentError({ option: 'from', rule: `not within ${start} to ${to}`, value: from })
  const environment = environmentFrom({ ...process.env, ...UNUSED })
  // The stream does not depend on the ticks, so they are what the period can be counted by.
  const settings = {
    ...settingsFrom({ ...inputFrom(environment), start: birth }),
    tickMilliseconds: SECOND,
  }
  const sink = await openSink(join(folder, TARGET), { streams: 1, types: TYPES, events: EVENTS })
  const machine = realMachine()
  const host = await Host.open({ model, settings, shards: [place], sinks: [sink], machine })
  try {
    await host.begin()
    for (const intervene of environment.scenario?.interventions ?? []) await host.take({ intervene })
    await host.skip((first - birth) / SECOND)
    const { events, failures } = await host.live({ until: (end - birth) / SECOND })
    if (failures[0]) throw failures[0]
    return events
  } finally {
    machine.close()
    await host.close()
    await sink.close()
  }
}

function instant(name: string, text: string): number {
  const value = parseInstant(text)
  if (value === undefined || value % SECOND !== 0)
    throw new EnvironmentError({ option: name, rule: 'not a whole second in ISO 8601', value: text })
  return value
}

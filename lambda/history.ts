// The history of one region, from the world's birth on, and the states that a silent pass leaves on its way: a part that
// begins at one of those instants goes on from it, and need not live what came before.
//
//     BACKFILL_BUCKET  checkpoints/<history>/region=…/at=….zst     <history>: a digest of all that makes the state what it is
//
// An object of S3 is whole or not there, and what is read is verified. Where there is none, the past is simulated once more: it
// costs time and changes nothing.

import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import {
  CodecError,
  formatInstant,
  Host,
  type Left,
  parseInstant,
  SECOND,
  type Sink,
  shapeOf,
  worldIdOf,
} from '../engine/index.ts'
import { type Input, KINDS, model, REGIONS, type RegionShard, type Settings, settingsFrom } from '../model/index.ts'
import { realMachine } from '../sinks/index.ts'
import type { Bucket } from './bucket.ts'
import { type Environment, EnvironmentError, inputFrom } from './environment.ts'

/** Below it the states lie, which nobody needs once a backfill is done. */
const CHECKPOINTS = 'checkpoints/'

type Alive = Host<Settings, Input, RegionShard>

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

export class History {
  /** The instant of its birth. */
  readonly birth: number
  readonly #shard: number
  readonly #settings: Settings
  readonly #interventions: readonly Input[]
  readonly #bucket: Bucket
  readonly #states: string

  /** @param start of the world, in ISO 8601 @throws EnvironmentError */
  constructor(region: string, start: string, environment: Environment, bucket: Bucket) {
    this.#shard = (REGIONS as readonly string[]).indexOf(region)
    if (this.#shard < 0)
      throw new EnvironmentError({ option: 'region', rule: `not one of ${REGIONS.join(', ')}`, value: region })
    this.birth = instantIn('start', start)
    // The stream does not depend on the ticks, so they are what a period can be counted by.
    this.#settings = { ...settingsFrom({ ...inputFrom(environment), start: this.birth }), tickMilliseconds: SECOND }
    const { name, interventions } = environment.scenario ?? { interventions: [] }
    if (interventions.some(({ kind }) => KINDS[kind].on === 'wire'))
      throw new EnvironmentError({
        option: 'SCENARIO',
        rule: 'is on the wire, and a backfill writes tables',
        value: name,
      })
    this.#interventions = interventions.map((intervene) => ({ intervene }))
    this.#bucket = bucket
    const id = worldIdOf(environment.world, model.version, [shapeOf(this.#settings), interventions])
    this.#states = `${CHECKPOINTS}${id}/region=${region}/`
  }

  /** Lives it once, silently, and leaves the state at each of some instants that has none yet. @returns what it left */
  async leave(instants: readonly number[]): Promise<string[]> {
    const inOrder = [...new Set(instants)].sort((a, b) => a - b)
    const missing: number[] = []
    for (const instant of inOrder) if (!(await this.#bucket.has(this.#stateAt(instant)))) missing.push(instant)
    const [first] = missing
    if (first === undefined) return []
    const known = inOrder.findLast((instant) => instant < first) ?? this.birth
    return this.alive(known, [], async (host) => {
      for (const instant of missing) {
        await host.skip(this.tickAt(instant))
        const [state] = (await host.leave()).states as [Uint8Array]
        await this.#bucket.put(this.#stateAt(instant), await packed(state))
      }
      return missing.map((instant) => this.#stateAt(instant))
    })
  }

  /** What comes of the region, once it is alive and where it was at an instant. */
  async alive<Result>(
    instant: number,
    sinks: readonly Sink[],
    then: (host: Alive) => Promise<Result>,
  ): Promise<Result> {
    const left = await this.#leftAt(instant)
    const machine = realMachine()
    const host = await Host.open({
      ...{ model, settings: this.#settings, shards: [this.#shard], sinks, machine },
      ...(left ? { left } : {}),
    })
    try {
      await host.begin()
      if (!left) for (const input of this.#interventions) await host.take(input)
      await host.skip(this.tickAt(instant))
      return await then(host)
    } finally {
      machine.close()
      await host.close()
    }
  }

  tickAt(instant: number): number {
    return (instant - this.birth) / SECOND
  }

  /** Nothing where no pass was there. @throws CodecError */
  async #leftAt(instant: number): Promise<Left | undefined> {
    const key = this.#stateAt(instant)
    const bytes = await this.#bucket.get(key)
    if (bytes === undefined) return undefined
    try {
      return { tick: this.tickAt(instant), modelVersion: model.version, states: [await decompress(bytes)] }
    } catch (cause) {
      throw new CodecError(`${key} is damaged: ${(cause as Error).message}`, { cause })
    }
  }

  #stateAt(instant: number): string {
    return `${this.#states}at=${fileName(instant)}.zst`
  }
}

/** As it may be part of an object's name. */
function fileName(instant: number): string {
  return formatInstant(instant).replaceAll(':', '')
}

/** @throws EnvironmentError unless it is a whole second */
export function instantIn(name: string, text: string): number {
  const value = parseInstant(text)
  if (value === undefined || value % SECOND !== 0)
    throw new EnvironmentError({ option: name, rule: 'not a whole second in ISO 8601', value: text })
  return value
}

function packed(state: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return compress(state, { params: { [constants.ZSTD_c_compressionLevel]: 1 }, pledgedSrcSize: state.length })
}

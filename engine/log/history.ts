// What was committed, read back: of the records that a log holds, those of the chain that ends in HEAD.

import { CodecError } from '../kernel/codec.ts'
import { decodeTick, hashOf, type Tick } from './record.ts'
import { type Head, type StoredRecord, StoreError, type TickLog } from './ticklog.ts'

/** A record of the chain. */
export interface CommittedTick extends Tick {
  hash: string
  sizeBytes: number
}

/** A record of the log, or what is wrong with it. */
type Candidate = CommittedTick | { problem: string }

/**
 * The committed ticks from `from` on up to HEAD, each verified against the one before it.
 *
 * Several attempts can have left a record of the same tick. Which was committed, the next tick with a single record tells by
 * the hash that it follows, or HEAD at the end. Until then such ticks are held back.
 *
 * @param startHash end of the chain at `from`, where it is known
 * @throws StoreError that names the tick that is missing, damaged or off the chain
 */
export async function* committedTicks(
  log: TickLog,
  from: number,
  head: Head,
  startHash?: string,
): AsyncGenerator<CommittedTick> {
  let hash = startHash
  let next = from
  let undecided: Candidate[][] = []
  for await (const candidates of byTick(recordsOf(log, from, head))) {
    const tick = next + undecided.length
    if (candidates.tick !== tick) throw new StoreError(`record of tick ${tick} is missing`)
    undecided.push(candidates.list)
    const [only] = candidates.list
    if (candidates.list.length > 1 || only === undefined || 'problem' in only) continue
    for (const decided of resolve(undecided, only.hash, next)) {
      hash = follow(decided, hash)
      yield decided
    }
    next += undecided.length
    undecided = []
  }
  if (next + undecided.length !== head.tick)
    throw new StoreError(`record of tick ${next + undecided.length} is missing`)
  for (const decided of resolve(undecided, head.hash, next)) {
    hash = follow(decided, hash)
    yield decided
  }
  if (hash !== undefined && hash !== head.hash)
    throw new StoreError(`record of tick ${head.tick - 1} is not the one that was committed`)
}

/** Every record of ticks from `from` on up to HEAD, those of a fork's past from where they lie. */
async function* recordsOf(log: TickLog, from: number, { tick, origins = [] }: Head): AsyncGenerator<StoredRecord> {
  let next = from
  for (const { world, until } of origins) {
    if (next >= until) continue
    yield* log.store.world(world).records(next, Math.min(until, tick))
    next = until
  }
  if (next < tick) yield* log.records(next, tick)
}

/** Walks back from the last tick's hash. */
function resolve(undecided: readonly Candidate[][], lastHash: string, first: number): CommittedTick[] {
  const decided: CommittedTick[] = []
  let wanted = lastHash
  for (let place = undecided.length - 1; place >= 0; place--) {
    const candidates = undecided[place] as Candidate[]
    const found = candidates.find((candidate) => 'hash' in candidate && candidate.hash === wanted)
    if (!found || 'problem' in found) {
      const problems = candidates.flatMap((candidate) => ('problem' in candidate ? [candidate.problem] : []))
      throw new StoreError(problems[0] ?? `record of tick ${first + place} is not the one that was committed`)
    }
    decided.unshift(found)
    wanted = found.previousHash
  }
  return decided
}

function follow({ tick, hash, previousHash }: CommittedTick, before: string | undefined): string {
  if (before !== undefined && previousHash !== before)
    throw new StoreError(`record of tick ${tick} does not follow the one before it`)
  return hash
}

/** Records of the same tick together; equal ones once. */
async function* byTick(records: AsyncIterable<StoredRecord>): AsyncGenerator<{ tick: number; list: Candidate[] }> {
  let tick = Number.NaN
  let list: Candidate[] = []
  for await (const record of records) {
    if (record.tick !== tick && list.length > 0) {
      yield { tick, list }
      list = []
    }
    tick = record.tick
    const candidate = read(record)
    if (
      list.length === 0 ||
      !('hash' in candidate) ||
      !list.some((one) => 'hash' in one && one.hash === candidate.hash)
    )
      list.push(candidate)
  }
  if (list.length > 0) yield { tick, list }
}

function read(record: StoredRecord): Candidate {
  try {
    const bytes = record.bytes()
    const tick = decodeTick(bytes)
    if (tick.tick !== record.tick) return { problem: `record of tick ${record.tick} says it is of tick ${tick.tick}` }
    return { ...tick, hash: hashOf(bytes), sizeBytes: bytes.length }
  } catch (error) {
    if (error instanceof StoreError) return { problem: error.message }
    if (error instanceof CodecError) return { problem: `record of tick ${record.tick}: ${error.message}` }
    throw error
  }
}

/** End of the chain before a tick. @param base a checkpoint up to it */
export async function hashAt(
  log: TickLog,
  head: Head,
  tick: number,
  base: { tick: number; hash: string },
): Promise<string> {
  if (tick === head.tick) return head.hash
  if (tick === base.tick) return base.hash
  for await (const record of committedTicks(log, tick - 1, head)) return record.hash
  throw new StoreError(`record of tick ${tick - 1} is missing`)
}

// The kernel's face.

export {
  Courier,
  type CourierOptions,
  DeliveryError,
  type DeliveryErrorCode,
  type Progress,
} from './delivery/courier.ts'
export { isBefore, type Place, placeOf } from './delivery/cursor.ts'
export { Outbox, type OutgoingTick } from './delivery/outbox.ts'
export type { Lines, Outcome, Sink } from './delivery/sink.ts'
export { ByteWriter, type Literal, literal } from './kernel/bytewriter.ts'
export * from './kernel/clock.ts'
export * from './kernel/codec.ts'
export { Choice, Quantiles } from './kernel/distributions.ts'
export { type BrokenRule, OperationalError, type OperationalErrorOptions, OptionError } from './kernel/errors.ts'
export { exp, ln } from './kernel/exact.ts'
export { Merge, type Ordered } from './kernel/merge.ts'
export { below, chance, Random, type WorldKey, worldKey } from './kernel/random.ts'
export { type Fields, type Row, Table } from './kernel/table.ts'
export { type Action, World } from './kernel/world.ts'
export { fork } from './log/fork.ts'
export { type CommittedTick, committedTicks } from './log/history.ts'
export { decodeTick, encodeTick, hashOf, type ShardTick, type Tick } from './log/record.ts'
export { readCheckpoint, recover } from './log/recovery.ts'
export { Runner, type RunnerOptions, type Timer } from './log/runner.ts'
export type { Simulation } from './log/simulation.ts'
export * from './log/ticklog.ts'

// The engine's face.

export { sha256 } from '#sha256'
export { Carriage } from './delivery/carriage.ts'
export {
  catalogue,
  type EventCatalogue,
  type EventFields,
  type LineEncoder,
  type NamedEventType,
} from './delivery/catalogue.ts'
export { Courier } from './delivery/courier.ts'
export { firstOf, isBefore, type Place, placeOf } from './delivery/cursor.ts'
export {
  BEHIND_PAYLOAD,
  bodyIn,
  causedByIn,
  causeIn,
  eventIdIn,
  ID_AT,
  keyOf,
  LINE_OPENING,
  lineOf,
  type Parcel,
  type Parcels,
  payloadIn,
  startOf,
} from './delivery/envelope.ts'
export type { Lines } from './delivery/lines.ts'
export {
  type CourierOptions,
  DeliveryError,
  type DeliveryErrorCode,
  type Progress,
} from './delivery/options.ts'
export { Outbox, type OutgoingTick } from './delivery/outbox.ts'
export type { Refusal } from './delivery/refusals.ts'
export type { EventOutcome, Outcome, Sink } from './delivery/sink.ts'
export { storedParcel } from './delivery/stored-line.ts'
export { TickEvents } from './delivery/tick-events.ts'
export { LIVE, type Pace } from './delivery/timeline.ts'
export type { Fate, Wire } from './delivery/wire.ts'
export { Host } from './host/host.ts'
export {
  lastTickOf,
  type Model,
  type ModelShard,
  type OlderTables,
  shapeOf,
  type WorldSettings,
} from './host/model.ts'
export type { ObservedTick, Observer } from './host/observer.ts'
export type { DeliveryOptions, HostOptions, Left, Lived, Machine, Stretch } from './host/options.ts'
export type { Outlook } from './host/pacing.ts'
export { allShards, LocalSimulation, Shards } from './host/shards.ts'
export { ROWS_MAX } from './kernel/agenda.ts'
export { ByteWriter, type Literal, literal } from './kernel/bytewriter.ts'
export * from './kernel/clock.ts'
export * from './kernel/codec.ts'
export { counted, grouped, plural } from './kernel/counts.ts'
export { Choice, Quantiles } from './kernel/distributions.ts'
export {
  type BrokenRule,
  needing,
  OperationalError,
  type OperationalErrorOptions,
  OptionError,
  shortened,
} from './kernel/errors.ts'
export {
  type EventOf,
  type EventType,
  eventType,
  type Field,
  type FieldKind,
  type PayloadOf,
  type RowEventType,
  type RowField,
  type RowFields,
} from './kernel/eventtype.ts'
export { exp, ln } from './kernel/exact.ts'
export { EXAMPLE_AGENT, EXAMPLE_INSTANT, type ExampleEvent, exampleEvents } from './kernel/example.ts'
export { printable, withoutCredentials } from './kernel/foreign.ts'
export { areEqual, hexOf } from './kernel/hex.ts'
export { type JsonSchema, jsonSchemaOf } from './kernel/jsonschema.ts'
export { giveBack } from './kernel/memory.ts'
export { Merge, type Ordered } from './kernel/merge.ts'
export { nearest } from './kernel/nearest.ts'
export { hasDecimals, payloadReader, payloadTest } from './kernel/payload.ts'
export { below, chance, Random, type WorldKey, worldKey } from './kernel/random.ts'
export { JSON_DEPTH_MAX, parseStrictJson, StrictJsonError } from './kernel/strictjson.ts'
export { type Fields, type Row, Table } from './kernel/table.ts'
export { type Action, World } from './kernel/world.ts'
export { type Audit, audit, type PastTicks } from './log/audit.ts'
export { deleteWorld, fork } from './log/fork.ts'
export { type CommittedTick, committedTicks } from './log/history.ts'
export { identityOf, worldIdOf } from './log/identity.ts'
export { type PartedTick, parted } from './log/parting.ts'
export { decodeTick, encodeTick, hashOf, type ShardTick, type Tick } from './log/record.ts'
export { keptFrom, notKept, readCheckpoint, recover } from './log/recovery.ts'
export { Runner, type RunnerOptions } from './log/runner.ts'
export type { Simulation } from './log/simulation.ts'
export * from './log/ticklog.ts'
export type { Timer } from './log/timer.ts'

// The kernel's face.

export { ByteWriter, type Literal, literal } from './bytewriter.ts'
export * from './clock.ts'
export * from './codec.ts'
export { Choice, Quantiles } from './distributions.ts'
export { exp, ln } from './exact.ts'
export { Merge, type Ordered } from './merge.ts'
export { below, chance, Random, type WorldKey, worldKey } from './random.ts'
export type * from './sink.ts'
export { type Fields, type Row, Table } from './table.ts'
export { type Action, World } from './world.ts'

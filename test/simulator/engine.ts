// The engine under test: the real one, or a copy with one fault of ours in it.

import * as real from '../../engine/index.ts'

export type Engine = typeof real
export const REAL_ENGINE: Engine = real
export type Runner = InstanceType<Engine['Runner']>
export type Outbox = InstanceType<Engine['Outbox']>
export type Courier = InstanceType<Engine['Courier']>

// What a store on DynamoDB is opened with, and what it tells besides: without the client's own types, so that who has no
// client can compile against the stores.

import type { Store } from '../engine/index.ts'

export interface DynamoDbOptions {
  /** Make the table if it does not exist: on demand, keys pk and sk. */
  createTable?: boolean
  /** On top of the SDK's own environment. */
  client?: DynamoDbClientOptions
}

/** Of the client's own configuration. */
export interface DynamoDbClientOptions {
  endpoint?: string
  region?: string
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
}

export interface DynamoDbStore extends Store {
  /** By all of this store's worlds so far. What a request cost whose reply was lost is not known, and missing. */
  readonly consumed: Readonly<Consumed>
  /** How many events are parked in a world, counted up to `most`: where thousands are, nobody wants to read them all. */
  countParked(world: string, most: number): Promise<number>
}

/** Capacity units used so far. What a request cost whose reply was lost is not known, and missing here. */
export interface Consumed {
  readUnits: number
  writeUnits: number
}

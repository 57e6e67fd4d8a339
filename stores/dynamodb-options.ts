// What a store on DynamoDB is opened with and what it tells besides, without the client's own types: a project that does
// not have the client can still compile against the stores.

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
  /** By all of this store's worlds so far, without requests whose reply was lost: their cost is not known. */
  readonly consumed: Readonly<Consumed>
  /** How many events are parked in a world, counted up to `most`: to read thousands would cost too much. */
  countParked(world: string, most: number): Promise<number>
}

/** Capacity units used so far, without those of requests whose reply was lost: they are not known. */
export interface Consumed {
  readUnits: number
  writeUnits: number
}

// The face of the stores: opens a store by its name and loads no more than that needs.

import { needing, type Store } from '../engine/index.ts'
import type { DynamoDbOptions, DynamoDbStore } from './dynamodb-options.ts'
import { openMemory } from './memory.ts'
import { StoreNameError } from './names.ts'
import type { SqliteOptions } from './sqlite.ts'
import type { Access } from './sqlite-file.ts'

export type { DynamoDbOptions, DynamoDbStore } from './dynamodb-options.ts'
export { openMemory } from './memory.ts'
export { StoreNameError } from './names.ts'
export type { SqliteOptions } from './sqlite.ts'
export type { Access } from './sqlite-file.ts'

export interface StoreOptions {
  /** Make the DynamoDB table if it does not exist: on demand, keys pk and sk. */
  createTable?: boolean
  /** What a SQLite file is opened for, `make` where it is not said: a file that is to be changed or read must be there. */
  access?: Access
}

/**
 * DynamoDB is found by the AWS SDK's own environment: AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB, credentials.
 *
 * @param text `memory`, `sqlite:FILE` or `dynamodb:TABLE`
 * @throws StoreNameError for anything else @throws StoreError where it cannot be opened
 */
export async function openStore(text: string, options: StoreOptions = {}): Promise<Store> {
  const [, kind, name = ''] = /^(memory$|sqlite:|dynamodb:)(.*)$/s.exec(text) ?? []
  if (kind === 'memory') return openMemory()
  if (kind === 'sqlite:' && /^\w+:\/\//.test(name))
    throw new StoreNameError({ option: 'store', rule: 'sqlite:FILE takes a path, no address', value: text })
  if (kind === 'sqlite:' && /^[^\0]+$/.test(name)) return openSqlite(name, options)
  if (kind === 'dynamodb:' && /^[\w.-]{3,255}$/.test(name)) return openDynamoDb(name, options)
  throw new StoreNameError({ option: 'store', rule: 'memory, sqlite:FILE or dynamodb:TABLE', value: text })
}

/** Makes the file, and the folders above it, where there is none, unless it is to be changed or read only. @throws StoreError */
export async function openSqlite(file: string, options: SqliteOptions = {}): Promise<Store> {
  return (await import('./sqlite.ts')).openSqlite(file, options)
}

/** Sends nothing yet, unless it has to make the table. @throws StoreError */
export async function openDynamoDb(table: string, options: DynamoDbOptions = {}): Promise<DynamoDbStore> {
  const load = () => import('./dynamodb.ts')
  const { openDynamoDb } = await needing('a DynamoDB table', '@aws-sdk/client-dynamodb', load)
  return openDynamoDb(table, options)
}

import { expect, test } from 'vitest'
import { openStore, StoreNameError } from '../../stores/index.ts'
import { headOf } from './given.ts'

test.each([
  '',
  'Memory',
  'memory:',
  'memory ',
  'sqlite',
  'sqlite:',
  'dynamodb:',
  'dynamodb:a b',
  'dynamodb:ab',
  'redis:x',
])('--store %j is refused', async (text) => {
  await expect(openStore(text)).rejects.toThrow(
    new StoreNameError(`--store ${text}: memory, sqlite:FILE or dynamodb:TABLE`),
  )
})

test('--store memory begins with nothing each time', async () => {
  const [one, two] = [await openStore('memory'), await openStore('memory')]
  await one.world('w').commit(null, headOf(0, 'a'), [])
  expect([await one.worlds(), await two.worlds()]).toEqual([['w'], []])
})

test('--store dynamodb:TABLE asks nobody until it is used', async () => {
  await (await openStore('dynamodb:tutorsim-worlds.2')).close()
})

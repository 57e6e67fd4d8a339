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
])('%j is refused', async (text) => {
  await expect(openStore(text)).rejects.toThrow(
    new StoreNameError({ option: 'store', rule: 'memory, sqlite:FILE or dynamodb:TABLE', value: text }),
  )
})

test('memory begins with nothing each time', async () => {
  const [one, two] = [await openStore('memory'), await openStore('memory')]
  await one.world('w').commit(null, headOf(0, 'a'), [])
  expect([await one.worlds(), await two.worlds()]).toEqual([['w'], []])
})

test('dynamodb:TABLE asks nobody until it is used', async () => {
  await (await openStore('dynamodb:tutorsim-worlds.2')).close()
})

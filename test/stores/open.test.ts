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

test.each(['sqlite:postgres://me:s3cret@host/db', 'sqlite:file:///tmp/x.db'])('%j is no path', async (text) => {
  const refused = await openStore(text).catch((error: Error) => error)
  expect(refused).toBeInstanceOf(StoreNameError)
  expect((refused as Error).message).toContain('takes a path')
  expect((refused as Error).message).not.toContain('s3cret')
})

test('memory begins with nothing each time', async () => {
  const [one, two] = [await openStore('memory'), await openStore('memory')]
  await one.world('w').commit(null, headOf(0, 'a'), [])
  expect([await one.worlds(), await two.worlds()]).toEqual([['w'], []])
})

test('dynamodb:TABLE asks nobody until it is used', async () => {
  await (await openStore('dynamodb:tutorsim-worlds.2')).close()
})

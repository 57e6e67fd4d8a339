// The machine's time: a timer of Node's that is set for more than 2^31 ms fires at once, and options multiply.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { realMachine } from '../../sinks/index.ts'

const LATER = 'still waits'

async function pauseOf(milliseconds: number): Promise<string> {
  const machine = realMachine()
  onTestFinished(() => machine.close())
  const soon = new Promise<string>((resolve) => setTimeout(() => resolve(LATER), 40))
  return Promise.race([machine.pause(milliseconds).then(() => 'is over'), soon])
}

it.each([2 ** 31 - 1, 2 ** 31, 2 ** 31 + 5, 2 ** 32, 5e9, 1e15, Number.MAX_VALUE, Number.POSITIVE_INFINITY])(
  'a pause of %d ms is no short one',
  async (milliseconds) => {
    expect(await pauseOf(milliseconds)).toBe(LATER)
  },
)

it.each([0, -1, -5e9, Number.NEGATIVE_INFINITY])('a pause of %d ms is over at once', async (milliseconds) => {
  expect(await pauseOf(milliseconds)).toBe('is over')
})

it('a pause ends with its signal, and with the machine', async () => {
  const machine = realMachine()
  const over = new AbortController()
  const pauses = [machine.pause(5e9, over.signal), machine.pause(5e9)]
  over.abort()
  await pauses[0]
  machine.close()
  await pauses[1]
})

it('no other timer is set for a time that options have a say in', () => {
  const root = join(import.meta.dirname, '../..')
  const folders = ['cli', 'engine', 'ingest', 'lambda', 'model', 'sinks', 'stores']
  const timers = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => readFileSync(join(root, folder, file), 'utf8').split('\n'))
      .filter((line) => /\b(setTimeout|setInterval|sleep)\(/.test(line) && !/^\s*(\/\/|\*)/.test(line))
      .map((line) => line.trim()),
  )
  // Constants, what chaos and a function's time bound, and the machine's own.
  const bounded =
    /_MILLISECONDS|treatment\.|wake, milliseconds|over\.abort\(\)|setInterval\(\(\) => \{$|setTimeout\(\(\) => \{$|ceiling|const sleep =/
  expect(timers.filter((line) => !bounded.test(line))).toEqual([])
})

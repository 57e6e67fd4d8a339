// What bounds a run from below, each as a program that does nothing else; it prints how much it did.
//
//     node bench/limits.ts write BYTES FILE   the file system takes so many bytes, a megabyte at a time
//     node bench/limits.ts copy BYTES         so many bytes are copied, a megabyte at a time: the least that making lines can be
//     node bench/limits.ts agenda VISITS      so many agents come due, of 100,000 who do nothing but be due again

import { closeSync, openSync, writeSync } from 'node:fs'
import type { Action } from '../engine/index.ts'

const PIECE_BYTES = 1 << 20
const AGENTS = 100_000
const [what = '', text = '', name = ''] = process.argv.slice(2)
const amount = Number(text)
if (what === 'write') write(name)
else if (what === 'copy') copy()
else if (what === 'agenda') await visit()
else throw new RangeError(`${what}: write, copy or agenda`)
console.log(amount)

function write(to: string): void {
  const piece = Buffer.alloc(PIECE_BYTES, '{"event_id":"sess_1767571223152_2734.started",')
  const file = openSync(to, 'w')
  for (let left = amount; left > 0; left -= PIECE_BYTES) writeSync(file, piece, 0, Math.min(left, PIECE_BYTES))
  closeSync(file)
}

function copy(): void {
  const piece = Buffer.alloc(PIECE_BYTES, '{"event_id":"sess_1767571223152_2734.started",')
  const to = Buffer.alloc(PIECE_BYTES)
  for (let left = amount; left > 0; left -= PIECE_BYTES) to.set(piece.subarray(0, Math.min(left, PIECE_BYTES)))
}

async function visit(): Promise<void> {
  // Nothing else is to pay for it.
  const { HOUR, Random, Table, World, worldKey } = await import('../engine/index.ts')
  const agents = new Table('agents', { due: 'f64', visits: 'u32', mark: 'u32' })
  const agent = agents.accessor()
  const random = new Random(worldKey('agenda'))
  let left = amount
  const action: Action = {
    table: agents,
    due: 'due',
    act(row, now) {
      agent.at(row).visits++
      left--
      world.schedule(0, row, now + gapOf(agent.mark, agent.visits))
    },
  }
  const world = new World([agents], [action], 0)
  for (let row = 0; row < AGENTS; row++) {
    agent.at(agents.add()).mark = random.draw(1, row, 0)[0] as number
    world.schedule(0, row, gapOf(agent.mark, 0))
  }
  for (let until = HOUR; left > 0; until += HOUR) world.run(until)
}

/** Minutes to a day and a half, without a draw. */
function gapOf(mark: number, visit: number): number {
  return 60_000 + (Math.imul(mark + visit, 0x9e37_79b9) >>> 5)
}

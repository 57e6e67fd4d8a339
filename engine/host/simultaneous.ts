// What happens at one instant, by one kind of action, comes in the order of its agents' numbers. A shard does it in the order
// of rows, and which row an agent has is the model's affair; where that is another order, the events are put right.

import type { Table } from '../kernel/table.ts'

/** @param events rows in the order in which they happened, all of an agent's at one instant next to one another */
export function orderSimultaneous({ bytes, f64, u32, count, offsets, rowBytes }: Table): void {
  const [instantAt, agentAt] = [(offsets.instant as number) >>> 3, (offsets.agent as number) >>> 2]
  const [doubles, words] = [rowBytes >>> 3, rowBytes >>> 2]
  const kindAt = offsets.kind as number
  const isBefore = (row: number, other: number): boolean =>
    f64[row * doubles + instantAt] === f64[other * doubles + instantAt] &&
    bytes[row * rowBytes + kindAt] === bytes[other * rowBytes + kindAt] &&
    (u32[row * words + agentAt] as number) < (u32[other * words + agentAt] as number)
  let before = Number.NaN
  for (let row = 0; row < count; row++) {
    const instant = f64[row * doubles + instantAt] as number
    const isNew = instant !== before
    before = instant
    // Nearly every event has an instant of its own.
    if (isNew) continue
    let place = row
    while (place > 0 && isBefore(row, place - 1)) place--
    if (place === row) continue
    const moved = bytes.slice(row * rowBytes, (row + 1) * rowBytes)
    bytes.copyWithin((place + 1) * rowBytes, place * rowBytes, row * rowBytes)
    bytes.set(moved, place * rowBytes)
  }
}

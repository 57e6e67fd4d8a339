// Somebody's events are found without putting all in order, and are the same.

import { expect, test } from 'vitest'
import { allShards, HOUR, Shards, TickEvents } from '../../engine/index.ts'
import { events, eventsIn, model, rowsOf, settingsFrom } from '../../model/index.ts'

test('what concerns a student or a tutor is found in the rows of any shard', () => {
  const settings = settingsFrom({ seed: 'rows', students: 600, warmup: '0d' })
  const shards = new Shards(model, allShards(model), false)
  shards.bear(settings)
  shards.advance(settings.start + 30 * HOUR)
  const rows = shards.events().map((bytes) => bytes.slice())
  const tick = new TickEvents(events, model.shardSizes.length)
  const people = new Set<string>()
  for (const { payload } of eventsIn(tick.view(rows)))
    for (const id of [(payload as { student_id?: string }).student_id, (payload as { tutor_id?: string }).tutor_id])
      if (id !== undefined) people.add(id)
  expect(people.size).toBeGreaterThan(100)
  for (const id of people) {
    const number = Number(id.split('_')[1])
    const of = id.startsWith('stu_') ? { student: number } : { tutor: number }
    // A few bytes further on, as they lie in records.
    const found = rows.map((bytes) => {
      const moved = new Uint8Array(bytes.length + 3)
      moved.set(bytes, 3)
      return rowsOf(moved.subarray(3), of)
    })
    expect(eventsIn(tick.view(found))).toEqual(eventsIn(tick.view(rows), of))
  }
})

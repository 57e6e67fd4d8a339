// The engine under a third domain: queues, in which whoever comes first is served first, and rows come and go.

import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../engine/index.ts'
import { model, SETTINGS } from '../../examples/shop/model.ts'
import { linesOf, parsed } from './living.ts'

const DAYS = 14
const LINES = await linesOf(model, SETTINGS, DAYS)
const EVENTS = parsed(LINES)
const shops = Map.groupBy(EVENTS, ({ payload }) => payload.shop)

describe('the stream of a seed', () => {
  it.each([
    ['15 minutes at a time', { spanMilliseconds: 15 * MINUTE }],
    ['five hours at a time', { spanMilliseconds: 5 * HOUR }],
    ['on two threads', { workers: 2 }],
  ])('is the same %s', async (_, how) => {
    expect(await linesOf(model, SETTINGS, DAYS, how)).toEqual(LINES)
  })
})

describe('customers', () => {
  it('come once, leave once, and are served at most once in between', () => {
    const states = new Map<unknown, string>()
    const known = new Set(EVENTS.map(({ event_id }) => event_id))
    for (const { event_type, caused_by, payload } of EVENTS) {
      const before = states.get(payload.customer)
      // Some came before the stream began.
      if (caused_by !== null && !known.has(caused_by)) continue
      expect([event_type, before]).toEqual([
        event_type,
        { arrived: undefined, served: 'arrived', left: payload.was_served ? 'served' : 'arrived' }[event_type],
      ])
      states.set(payload.customer, event_type)
    }
  })

  it('are served in the order in which they came', () => {
    for (const [, events] of shops) {
      const served = events.filter(({ event_type }) => event_type === 'served').map(({ payload }) => payload.customer)
      const numbers = served.map((customer) => Number(String(customer).split('_')[1]))
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    }
  })

  it('are never served by more clerks at once than there are, and at times by all', () => {
    for (const [, events] of shops) {
      let [busy, mostBusy] = [0, 0]
      for (const { event_type, payload } of events) {
        if (event_type === 'served') busy++
        else if (event_type === 'left' && payload.was_served) busy--
        mostBusy = Math.max(mostBusy, busy)
      }
      expect(mostBusy).toBe(SETTINGS.clerks)
    }
  })

  it('come only while the shop is open', () => {
    for (const { event_type, payload } of EVENTS)
      if (event_type === 'arrived') expect(payload.timestamp.slice(11, 13)).toMatch(/^(0[89]|1\d)$/)
  })
})

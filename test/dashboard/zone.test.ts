// What the page says of an instant, against what Intl says, which takes many times as long.

import seedrandom from 'seedrandom'
import { describe, expect, it } from 'vitest'
import { dayStart, instant, midnights, typedInstant } from '../../dashboard/page/time/zone.ts'
import { DAY, HOUR } from '../../engine/index.ts'

const ZONES = ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles']
const FROM = Date.UTC(2025, 0, 1)
const YEARS = 3 * 365 * DAY

describe.each(ZONES)('in %s', (zone) => {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  })
  const said = (at: number): string => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
    const { weekday, day, month, year, hour, minute, second } = parts
    return `${weekday} ${day} ${month?.slice(0, 3)} ${year}, ${hour}:${minute}:${second}`
  }

  it('says an instant as the clocks there show it, also in the hours when they change', () => {
    const random = seedrandom(zone)
    for (let count = 0; count < 2000; count++) {
      const at = FROM + Math.floor(random() * YEARS)
      expect(instant(at, zone, true)).toBe(said(at))
    }
    for (const [month, day] of [
      [2, 8],
      [10, 1],
    ] as const)
      for (let at = Date.UTC(2026, month, day); at < Date.UTC(2026, month, day + 1); at += HOUR / 4)
        expect(instant(at, zone, true)).toBe(said(at))
  })

  it('begins every day at midnight', () => {
    const starts = midnights(FROM, FROM + YEARS, zone)
    expect(starts.length).toBe(YEARS / DAY)
    for (const start of starts) {
      expect(said(start)).toMatch(/00:00:00$/)
      expect(dayStart(start + 22 * HOUR, zone)).toBe(start)
    }
  })

  it('takes what it says for the same instant', () => {
    const random = seedrandom(`typed ${zone}`)
    for (let count = 0; count < 500; count++) {
      const at = Math.floor((FROM + random() * YEARS) / 60_000) * 60_000
      const typed = typedInstant(instant(at, zone), FROM, zone)
      // An hour that the clocks show twice has two instants.
      expect(Math.abs((typed ?? 0) - at) % HOUR).toBe(0)
      expect(instant(typed ?? 0, zone)).toBe(instant(at, zone))
    }
  })
})

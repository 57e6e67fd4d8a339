// When the platform is down (cause 10 of the calibration): now and then, for one to three hours, everywhere at once.

import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, Random, worldKey } from '../../engine/index.ts'
import { REGIONS } from '../../model/events/index.ts'
import { standardFigures } from '../../model/settings/figures.ts'
import { Outages, Platform } from '../../model/state/outages.ts'
import { RegionState } from '../../model/state/region.ts'
import { OUTAGE } from '../../model/state/shock-figures.ts'
import { expectFrequency, NOON } from './given.ts'

interface Window {
  from: number
  /** Exclusive, to the minute. */
  to: number
}

const SEED = 'outages 9'
const DAYS = 3000

/** Stretches of time in which the platform is as given, to the minute, over so many days from midnight on. */
function windows(outages: Outages, platform: number, days = DAYS): Window[] {
  const found: Window[] = []
  const begin = Math.floor(NOON / DAY) * DAY
  for (let now = begin; now < begin + days * DAY; now += MINUTE) {
    if (outages.at(now) !== platform) continue
    const last = found.at(-1)
    if (last?.to === now) last.to = now + MINUTE
    else found.push({ from: now, to: now + MINUTE })
  }
  return found
}

function outagesOf(seed: string): Outages {
  return new Outages(new Random(worldKey(seed)), standardFigures.shocks.outage)
}

const down = windows(outagesOf(SEED), Platform.down)
const recovering = windows(outagesOf(SEED), Platform.recovering)

describe('cause 10: outages', () => {
  it('begin as often as the calibration has it', () => {
    expectFrequency(down.length, DAYS, standardFigures.shocks.outage.daily)
  })

  it('last from one to three hours', () => {
    for (const { from, to } of down) {
      expect(to - from).toBeGreaterThanOrEqual(standardFigures.shocks.outage.shortest - MINUTE)
      expect(to - from).toBeLessThanOrEqual(standardFigures.shocks.outage.longest + MINUTE)
    }
  })

  it('begin at the hours at which people learn', () => {
    for (const { from } of down) {
      expect(from % DAY).toBeGreaterThanOrEqual(OUTAGE.earliest)
      expect(from % DAY).toBeLessThanOrEqual(OUTAGE.latest)
    }
  })

  it('are each followed by a recovery of a day, or up to the next one', () => {
    for (const [place, { to }] of down.entries()) {
      const recovery = recovering.find(({ from }) => from === to) as Window
      const expected = Math.min(to + OUTAGE.recovery, down[place + 1]?.from ?? Number.POSITIVE_INFINITY)
      expect(Math.abs(recovery.to - expected)).toBeLessThanOrEqual(MINUTE)
    }
    expect(recovering.length).toBe(down.length)
  })

  it('are the same in every region', () => {
    const key = worldKey(SEED)
    const regions = REGIONS.map((_, index) => new RegionState(index, key))
    for (let now = NOON; now < NOON + 400 * DAY; now += HOUR)
      expect(new Set(regions.map((region) => region.shocks.outages.at(now))).size).toBe(1)
  })

  it('are others in another world', () => {
    expect(windows(outagesOf('another'), Platform.down, 400)).not.toEqual(windows(outagesOf(SEED), Platform.down, 400))
  })

  it('are the same whatever one asked before', () => {
    const asked = outagesOf(SEED)
    for (const { from } of [...down].reverse()) {
      expect(asked.at(from)).toBe(Platform.down)
      expect(asked.at(from - 2 * DAY)).toBe(outagesOf(SEED).at(from - 2 * DAY))
    }
  })
})

// Reads a world beside the calibration from within: its stream, and what only its tables tell: plans, hidden causes of failure,
// zones of students, waits and fills.

import { allShards, dayNumber, HOUR, MINUTE, Shards, WEEK } from '../engine/index.ts'
import { FIRST_STUDENT } from '../model/events/entities.ts'
import { type Event, REGIONS, SESSION_TYPES, TIMEZONES } from '../model/events/index.ts'
import { timezoneOf } from '../model/events/localtime.ts'
import { Marketplace } from '../model/marketplace.ts'
import { model, type RegionShard } from '../model/model.ts'
import { type CalibrationRow, Reader, type Reading, ROWS } from '../model/realism/index.ts'
import type { Input } from '../model/rules/inputs.ts'
import { standardFigures } from '../model/settings/figures.ts'
import { PLANS } from '../model/settings/plans.ts'
import { studentNumbers } from '../model/state/numbering.ts'
import type { RegionState } from '../model/state/region.ts'
import { type Settings, type SettingsInput, settingsFrom } from '../model/state/settings.ts'
import { Outcome, SessionPhase, StudentState } from '../model/state/tables.ts'

const TICK = 15 * MINUTE
/** No instant booking waits longer. */
const LONGEST_WAIT = 11 * MINUTE
const PLAN_NAMES = ['half a session', 'one', 'two', 'three', 'five']
const CAUSES = {
  'student no-show': Outcome.studentNoShow,
  'late cancel': Outcome.lateCancel,
  technical: Outcome.technical,
  'tutor no-show': Outcome.tutorNoShow,
  partial: Outcome.partial,
}
const ZONES = ROWS.find(({ id }) => id === '37') as CalibrationRow
const INSTANT = SESSION_TYPES.indexOf('instant_book')

/** @param days how long the stream is @param rows by which it is judged */
export function readWorld(input: SettingsInput, days: number, rows: readonly CalibrationRow[] = ROWS): Reading {
  const shards = new Shards<Settings, Input, RegionShard>(model, allShards(model), false)
  shards.bear(settingsFrom({ ...input, tick: '15m' }))
  const world = new Marketplace(shards)
  const regions = shards.shards.map(({ region }) => region)
  const insider = new Tables(regions)
  const reader = new Reader({ rows, zoneOf: (id) => insider.zoneOf(id) })
  while (world.tick < 0) world.advance()
  const ticks = (days * 24 * HOUR) / TICK
  for (let tick = 0; tick < ticks; tick++) {
    if (tick % (WEEK / TICK) === 0) insider.count()
    insider.look(world.now)
    for (const event of world.step()) {
      reader.event(event)
      insider.see(event)
    }
  }
  insider.tell(reader)
  return reader.end()
}

class Tables {
  readonly #regions: readonly RegionState[]
  readonly #plans = new Array<number>(PLANS.length).fill(0)
  /** By region and timezone. */
  readonly #zones = REGIONS.map(() => TIMEZONES.map(() => 0))
  readonly #outcomes = new Array<number>(Object.keys(Outcome).length).fill(0)
  /** Wishes for a session at once that are not settled: when, and whether the market was short. */
  readonly #wishes = new Map<number, { at: number; isShort: boolean }>()
  readonly #waits: number[] = []
  readonly #asked = { usual: 0, short: 0 }
  readonly #filled = { usual: 0, short: 0 }
  /** When each student's plan was renewed last; and how long, and for how many billing calls, students were near that or not. */
  readonly #renewed = new Map<number, number>()
  readonly #near = { time: 0, calls: 0 }
  readonly #all = { time: 0, calls: 0 }

  constructor(regions: readonly RegionState[]) {
    this.#regions = regions
  }

  zoneOf(id: string): number | undefined {
    return this.#find(id)?.student.zone
  }

  /** Plans and zones, as they are. */
  count(): void {
    for (const [region, { students, student }] of this.#regions.entries())
      for (let row = 0; row < students.count; row++) {
        const { state, plan, zone } = student.at(row)
        if (state !== StudentState.active) continue
        this.#plans[plan] = (this.#plans[plan] as number) + 1
        const zones = this.#zones[region] as number[]
        zones[timezoneOf(zone)] = (zones[timezoneOf(zone)] as number) + 1
      }
  }

  /** Who will want a session at once within a tick, and whose plan renews. */
  look(now: number): void {
    for (const [number, { at, isShort }] of this.#wishes) {
      if (at + LONGEST_WAIT >= now) continue
      this.#wishes.delete(number)
      this.#asked[isShort ? 'short' : 'usual']++
    }
    for (const { students, student, market } of this.#regions)
      for (let row = 0; row < students.count; row++) {
        const { state, phase, sessionDue, number, sessionSubject, reviewDue, joinedDay } = student.at(row)
        if (state === StudentState.active) {
          this.#all.time += TICK
          const weeks = Math.floor((dayNumber(reviewDue) - joinedDay) / 7)
          if (reviewDue >= now && reviewDue < now + TICK && weeks % standardFigures.calls.renewal.everyWeeks === 0) {
            this.#renewed.set(number, reviewDue)
            this.#near.time += standardFigures.calls.renewal.within
          }
        }
        if (phase !== SessionPhase.requested || sessionDue < now || sessionDue >= now + TICK) continue
        this.#wishes.set(number, { at: sessionDue, isShort: market.at(sessionSubject).shortageSince !== 0 })
      }
  }

  see(event: Event): void {
    if (event.event_type === 'ib_call_logged' && event.payload.reason === 'billing_question') {
      this.#all.calls++
      const renewed = this.#renewed.get(Number(event.payload.student_id.slice(4))) ?? Number.NEGATIVE_INFINITY
      if (Date.parse(event.payload.timestamp) - renewed <= standardFigures.calls.renewal.within) this.#near.calls++
    }
    if (event.event_type !== 'session_started') return
    const { student_id: id, timestamp, session_type } = event.payload
    const found = this.#find(id)
    if (found?.student.phase === SessionPhase.underWay) {
      const { outcome } = found.student
      this.#outcomes[outcome] = (this.#outcomes[outcome] as number) + 1
    }
    const wish = this.#wishes.get(Number(id.slice(4)))
    if (wish === undefined || SESSION_TYPES[INSTANT] !== session_type) return
    const wait = Date.parse(timestamp) - wish.at
    if (wait < 0 || wait > LONGEST_WAIT) return
    this.#wishes.delete(Number(id.slice(4)))
    const which = wish.isShort ? 'short' : 'usual'
    this.#asked[which]++
    this.#filled[which]++
    if (!wish.isShort) this.#waits.push(wait / MINUTE)
  }

  tell(reader: Reader): void {
    const plans = this.#plans.reduce((sum, count) => sum + count, 0)
    for (const [at, name] of PLAN_NAMES.entries())
      reader.tell('2', name, (100 * (this.#plans[at] as number)) / plans, plans)
    for (const [region, name] of REGIONS.entries()) {
      const zones = this.#zones[region] as number[]
      const all = zones.reduce((sum, count) => sum + count, 0)
      for (const [zone, letter] of ['E', 'C', 'M', 'P'].entries())
        if (`${name} ${letter}` in ZONES.figures)
          reader.tell('37', `${name} ${letter}`, (100 * (zones[zone] as number)) / all, all)
    }
    const sessions = this.#outcomes.reduce((sum, count) => sum + count, 0)
    for (const [name, outcome] of Object.entries(CAUSES))
      reader.tell('16', name, (100 * (this.#outcomes[outcome] as number)) / sessions, sessions)
    const waits = this.#waits.toSorted((a, b) => a - b)
    reader.tell('38', 'median', waits[Math.floor(waits.length / 2)] ?? Number.NaN, waits.length)
    reader.tell('38', 'p95', waits[Math.floor(waits.length * 0.95)] ?? Number.NaN, waits.length)
    reader.tell('38', 'longest', waits.at(-1) ?? Number.NaN, waits.length)
    reader.tell('39', '', (100 * this.#filled.usual) / this.#asked.usual, this.#asked.usual)
    this.#tellRenewals(reader)
    reader.tell('39', 'in a shortage', (100 * this.#filled.short) / this.#asked.short, this.#asked.short)
  }

  #tellRenewals(reader: Reader): void {
    const [near, all] = [this.#near, this.#all]
    const usual = (all.calls - near.calls) / (all.time - near.time)
    reader.tell('cause-10', 'billing calls after renewal', near.calls / near.time / usual, near.calls)
  }

  #find(id: string): { student: RegionState['student'] } | undefined {
    const number = Number(id.slice(4)) - FIRST_STUDENT
    const { group, seat } = studentNumbers.locate(number)
    const { student, students } = this.#regions[group] as RegionState
    return seat < students.count ? { student: student.at(seat) } : undefined
  }
}

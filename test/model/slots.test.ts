// Standing appointments: whose hours they are, what becomes of their lessons week by week, and that a class is a group.

import { describe, expect, it } from 'vitest'
import { DAY, decodeCheckpoint, encodeCheckpoint, WEEK, worldKey } from '../../engine/index.ts'
import { SESSION_TYPES } from '../../model/events/index.ts'
import { createWorld, MODEL_VERSION } from '../../model/index.ts'
import { actionsOf } from '../../model/rules/actions.ts'
import { plan } from '../../model/rules/planning.ts'
import { letGo, PLACES, takeUp } from '../../model/rules/slots.ts'
import { standardFigures } from '../../model/settings/figures.ts'
import { Kind, RegionState } from '../../model/state/region.ts'
import { standardMinute } from '../../model/state/reservations.ts'
import { settingsFrom } from '../../model/state/settings.ts'
import { Outcome, Rhythm, SessionPhase, StudentState } from '../../model/state/tables.ts'
import {
  bornRegion,
  countOf,
  expectFrequency,
  givenRegion,
  givenSlot,
  givenStudents,
  givenTutors,
  happen,
  NOON,
  sessionsEnd,
} from './given.ts'

const SETTINGS = settingsFrom({ seed: 'slots', students: 1500, warmup: '0d', start: '2026-02-02' })
const HALF_HOUR = 30

/** A region after some weeks. */
function livedIn(days: number): RegionState {
  const region = bornRegion(SETTINGS, 1)
  region.silent = true
  region.world.run(SETTINGS.start + days * DAY)
  return region
}

/** Slots of a student that have a tutor of their own, with the row of each. */
function slotsOf(region: RegionState, row: number): number[] {
  const rows: number[] = []
  for (let link = region.student.at(row).slots; link !== 0; link = region.slot.at(link - 1).next) rows.push(link - 1)
  return rows
}

/** Lessons and instant bookings that a student is to have, one after another, as nothing else happens to them. */
function lessonsOf(region: RegionState, row: number, count: number, from = NOON): { lesson: number; due: number }[] {
  const lessons: { lesson: number; due: number }[] = []
  for (let now = from; lessons.length < count; now = region.student.sessionDue) {
    region.student.edit(row)
    plan(region, now)
    if (region.student.phase !== SessionPhase.none)
      lessons.push({ lesson: region.student.lesson, due: region.student.sessionDue })
  }
  return lessons
}

describe('an hour of a tutor', () => {
  const region = livedIn(60)

  it('is one student’s, or one class’s', () => {
    const taken = new Map<string, number>()
    const take = (tutor: number, standard: number, minutes: number): void => {
      for (let minute = standard - (standard % HALF_HOUR); minute < standard + minutes; minute += HALF_HOUR) {
        const hour = `${tutor} ${minute % (7 * 24 * 60)}`
        taken.set(hour, (taken.get(hour) ?? 0) + 1)
      }
    }
    for (let row = 0; row < region.students.count; row++) {
      if (region.student.at(row).state !== StudentState.active) continue
      for (const at of slotsOf(region, row)) {
        const { holder, rhythm, minute, minutes, generation } = region.slot.at(at)
        const isFixed = holder !== 0 && rhythm !== Rhythm.ofClass && rhythm !== Rhythm.flexible
        if (isFixed && region.isThere(holder - 1, generation))
          take(holder - 1, standardMinute(region.student.zone, minute), minutes)
      }
    }
    for (let row = 0; row < region.classes.count; row++) {
      const { seats, tutor, generation, zone, minute, minutes } = region.groupClass.at(row)
      if (seats > 0 && tutor !== 0 && region.isThere(tutor - 1, generation))
        take(tutor - 1, standardMinute(zone, minute), minutes)
    }
    expect([...taken.values()].filter((times) => times > 1)).toEqual([])
    expect(taken.size).toBeGreaterThan(300)
    const reserved = Array.from({ length: region.tutors.count }, (_, row) => region.reservations.minutes(row))
    expect(reserved.reduce((sum, minutes) => sum + minutes, 0)).toBe(taken.size * HALF_HOUR)
  })

  it('is known again from the state alone, and so is who goes to which class', () => {
    const restored = new RegionState(region.index, worldKey(SETTINGS.seed))
    const { now } = region.world
    decodeCheckpoint(encodeCheckpoint(region.tables, MODEL_VERSION, now), restored.tables, MODEL_VERSION)
    restored.start(actionsOf(restored), now)
    for (let row = 0; row < region.tutors.count; row++)
      for (let minute = 0; minute < 7 * 24 * 60; minute += HALF_HOUR)
        expect(restored.reservations.isFree(row, minute, HALF_HOUR)).toBe(
          region.reservations.isFree(row, minute, HALF_HOUR),
        )
    const rosters = ({ rosters }: RegionState) => rosters.map((roster) => [...roster].sort((a, b) => a - b))
    expect(rosters(restored).filter(({ length }) => length > 0)).toEqual(
      rosters(region).filter(({ length }) => length > 0),
    )
  })
})

describe('a week of lessons', () => {
  it('is the same whatever happened before it: one that is missed moves no other', () => {
    const region = givenRegion()
    for (const row of givenStudents(region, 50)) {
      const lessons = lessonsOf(region, row, 12)
      const later = lessons.at(4)?.due as number
      expect(lessonsOf(region, row, 7, later)).toEqual(lessons.slice(5))
    }
  })

  it('has most lessons of a weekly slot at its hour, and each lesson in its week once', () => {
    const region = givenRegion()
    let [kept, all] = [0, 0]
    for (const row of givenStudents(region, 400, { plan: 1 })) {
      const lessons = lessonsOf(region, row, 30)
      expect(new Set(lessons.map(({ lesson }) => lesson)).size).toBe(lessons.length)
      const ofSlot = lessons.filter(({ lesson }) => lesson % PLACES === 0)
      // The slot is at noon on Tuesdays, by the clock of New York or Chicago.
      kept += countOf(ofSlot, ({ due }) => Math.abs(((due - NOON + WEEK / 2) % WEEK) - WEEK / 2) < 2 * 3_600_000)
      all += ofSlot.length
    }
    expect(kept / all).toBeGreaterThan(0.85)
  })
})

describe('a tutor', () => {
  it('is kept by those who like them, and left by those who do not', () => {
    const region = givenRegion()
    const [tutor] = givenTutors(region, 1) as [number]
    const rows = givenStudents(region, 20_000, { sessions: 20 })
    const stayed = new Map<number, boolean[]>()
    for (const row of rows) {
      const { lesson } = region.student.at(row)
      givenSlot(region, row, { holder: tutor + 1, rhythm: Rhythm.flexible })
      Object.assign(region.student.edit(row), { phase: SessionPhase.underWay, tutor, minutes: 60, lesson })
      region.student.outcome = Outcome.success
      happen(region, Kind.session, row)
      const { latestRating } = region.student.at(row)
      const stays = region.slot.at(slotsOf(region, row)[0] as number).holder === tutor + 1
      stayed.set(latestRating, [...(stayed.get(latestRating) ?? []), stays])
    }
    for (const [rating, list] of stayed)
      expectFrequency(
        countOf(list, (stays) => stays),
        list.length,
        standardFigures.slots.stays[rating] as number,
      )
  })

  it('becomes a student’s with a lesson that they like, for all of their lessons in the subject', () => {
    const region = givenRegion()
    const rows = givenStudents(region, 100, { plan: 2 })
    const endings = rows.flatMap((row) => {
      const { lesson } = region.student.at(row)
      return sessionsEnd(region, [row], { student: { lesson } })
    })
    const tutorsOf = (row: number): Set<number> =>
      new Set(
        slotsOf(region, row)
          .map((at) => ({ rhythm: region.slot.at(at).rhythm, holder: region.slot.holder }))
          .filter(({ rhythm, holder }) => rhythm !== Rhythm.ofClass && holder !== 0)
          .map(({ holder }) => holder),
      )
    const pleased = endings.filter(({ rating, state }) => rating === 5 && state === StudentState.active)
    expect(countOf(pleased, ({ row }) => tutorsOf(row).size === 1)).toBeGreaterThan(0.9 * pleased.length)
    for (const { row } of endings) expect(tutorsOf(row).size).toBeLessThan(2)
  })

  it('has a student back at their hour after a pause, if it is still free', () => {
    const region = givenRegion()
    const [tutor] = givenTutors(region, 1) as [number]
    const [row, other] = givenStudents(region, 2) as [number, number]
    givenSlot(region, row, { holder: tutor + 1 })
    region.slot.at(slotsOf(region, row)[0] as number)
    region.student.edit(row)
    region.hold(row, region.student.zone)
    const { minute } = region.slot
    letGo(region)
    expect(region.reservations.minutes(tutor)).toBe(0)
    takeUp(region)
    expect(region.slot.at(slotsOf(region, row)[0] as number)).toMatchObject({ holder: tutor + 1, minute })
    region.student.edit(row)
    letGo(region)
    givenSlot(region, other, { holder: tutor + 1, minute })
    region.slot.at(slotsOf(region, other)[0] as number)
    region.hold(other, region.student.at(other).zone)
    region.student.edit(row)
    takeUp(region)
    const back = region.slot.at(slotsOf(region, row)[0] as number)
    expect(back.holder).toBe(tutor + 1)
    expect(Math.abs(back.minute - minute)).toBeGreaterThanOrEqual(60)
  })
})

describe('a class', () => {
  const GROUP = SESSION_TYPES[SESSION_TYPES.indexOf('group')]

  it('has two students at least and eight at most, who meet again', () => {
    const world = createWorld({ seed: 'classes', students: 2500, start: '2026-02-02', tick: '1d' })
    const classes = new Map<string, Set<string>>()
    for (const { event_type, payload } of world.run('28d')) {
      if (event_type !== 'session_started' || payload.session_type !== GROUP) continue
      const key = `${payload.tutor_id} ${payload.timestamp}`
      classes.set(key, (classes.get(key) ?? new Set()).add(payload.student_id))
    }
    const sizes = [...classes.values()].map(({ size }) => size)
    expect(Math.min(...sizes)).toBe(2)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8)
    for (const size of new Set(sizes)) expect(countOf(sizes, (one) => one === size) / sizes.length).toBeLessThan(0.45)
    const meetings = new Map<string, number>()
    for (const students of classes.values())
      for (const a of students)
        for (const b of students) if (a < b) meetings.set(`${a} ${b}`, (meetings.get(`${a} ${b}`) ?? 0) + 1)
    expect(countOf([...meetings.values()], (times) => times > 1) / meetings.size).toBeGreaterThan(0.6)
  })
})

// Lives a time of one region once more and keeps what the rules decided about one agent, with the hidden state at that moment,
// and the agent's events.

import { HOUR, MINUTE, type Shards } from '../../engine/index.ts'
import { eventOf } from '../events/encode.ts'
import { type Event, eventTypes } from '../events/index.ts'
import { KINDS } from '../interventions/kinds.ts'
import type { RegionShard } from '../model.ts'
import type { Input } from '../rules/inputs.ts'
import { atSlot, PLACES } from '../rules/slots.ts'
import { mondayOf } from '../rules/weekclock.ts'
import { type Force, sizeAt } from '../state/interventions.ts'
import { type RegionState, subjectsOf } from '../state/region.ts'
import type { Settings } from '../state/settings.ts'
import { Person } from '../state/tables.ts'
import type { Reason, Rule, Trace } from '../state/trace.ts'
import { type Hidden, type HiddenValue, hiddenState, type Look } from './hidden.ts'
import { RULES } from './words.ts'

/** Whose events and decisions they are. */
export interface Who {
  kind: 'student' | 'tutor' | 'market'
  /** Of the student or the tutor, or of the market in the world. */
  number: number
  /** Index into REGIONS. */
  region: number
}

export interface Decided {
  rule: Rule
  at: number
  /** When it is about: a lesson is decided on before it begins. */
  felt: number
  /** Indexes into SUBJECTS: of the lesson, of the market, or of what the tutor teaches. */
  subjects: readonly number[]
  which: number
  interventions: { force: Force; size: number }[]
  /** Null where there was no chance. */
  drawn: number | null
  chance: number | null
  because: { reason: Reason; value: number }[]
  state: Partial<Record<Hidden, HiddenValue>>
}

/** What was found of an agent in a stretch of time, the earliest first. */
export interface Recording {
  begin: number
  region: RegionState
  events: { event: Event; at: number }[]
  decided: Decided[]
}

/** One region of a world, alive. */
export type OneRegion = Shards<Settings, Input, RegionShard>

/** @param alive where the stretch begins @param inputs that it takes on the way, and when; the earliest first */
export function record(
  alive: OneRegion,
  who: Who,
  until: number,
  inputs: readonly { input: Input; at: number }[],
): Recording {
  const { region } = alive.shards[0] as RegionShard
  const listener = new Listener(region, who)
  const recording: Recording = { begin: alive.now, region, events: [], decided: listener.kept }
  const row = region.events.accessor()
  const left = inputs.filter(({ at }) => at >= alive.now)
  region.trace = listener
  // What happened in the warm-up is heard here too.
  region.silent = false
  while (alive.now < until) {
    for (; left[0] && left[0].at <= alive.now; left.shift()) alive.take(left[0].input)
    alive.now = Math.min(until, alive.now + HOUR, left[0]?.at ?? until)
    region.clearEvents()
    region.world.run(alive.now)
    for (let at = 0; at < region.events.count; at++) {
      const { agent, type, instant } = row.at(at)
      if (agent === who.number && eventTypes[type]?.entity.agent.name === who.kind)
        recording.events.push({ event: eventOf(row), at: instant })
    }
  }
  region.trace = undefined
  return recording
}

class Listener implements Trace {
  readonly kept: Decided[] = []
  readonly #region: RegionState
  readonly #who: Who
  /** What was said of the decision that comes next. */
  #because: Decided['because'] = []
  readonly #look: Look

  constructor(region: RegionState, who: Who) {
    this.#region = region
    this.#who = who
    const { students, tutors, markets, slots } = region
    this.#look = {
      region,
      ...{ student: students.accessor(), tutor: tutors.accessor(), market: markets.accessor(), slot: slots.accessor() },
      ...{ now: 0, which: 0 },
    }
  }

  because(parts: Partial<Record<Reason, number>>): void {
    for (const [reason, value] of Object.entries(parts)) this.#because.push({ reason: reason as Reason, value })
  }

  decided(rule: Rule, drawn: number, chance: number, which = 0): void {
    this.#keep(rule, drawn, chance, which)
  }

  did(rule: Rule, which = 0): void {
    this.#keep(rule, null, null, which)
  }

  #keep(rule: Rule, drawn: number | null, chance: number | null, which: number): void {
    const because = this.#because
    if (because.length > 0) this.#because = []
    const { about, state = [], isSum } = RULES[rule]
    if (about !== this.#who.kind || !this.#isAbout(which)) return
    const { now } = this.#region.world
    const felt = this.#feltAt(rule, which, now)
    const subjects = this.#subjects(rule, which)
    this.kept.push({
      ...{
        rule,
        at: now,
        which,
        drawn,
        chance,
        ...{ felt, subjects },
        interventions: this.#interventions(rule, subjects, now, felt),
      },
      because: because.filter(({ value }) => value !== (isSum ? 0 : 1)),
      state: hiddenState(state, this.#lookAt(which, now)),
    })
  }

  #isAbout(which: number): boolean {
    const { student, tutor } = this.#region
    const { kind, number } = this.#who
    return number === { student: student.number, tutor: tutor.number, market: this.#region.marketNumber(which) }[kind]
  }

  #feltAt(rule: Rule, which: number, now: number): number {
    if (!isOfLesson(rule)) return now
    const { student, slot, given } = this.#region
    return given.clock.instantAt(student.zone, mondayOf(Math.floor(which / PLACES)) + slot.minute * MINUTE)
  }

  #subjects(rule: Rule, which: number): number[] {
    const { student, slot, tutor } = this.#region
    const { kind } = this.#who
    if (kind === 'student') return [isOfLesson(rule) ? slot.subject : student.sessionSubject]
    return kind === 'tutor' ? subjectsOf(tutor) : [which]
  }

  /** Those in force that move the rule, and mean who is at hand. */
  #interventions(rule: Rule, subjects: readonly number[], now: number, felt: number): Decided['interventions'] {
    const { interventions, tutor } = this.#region
    if (!interventions.areAny) return []
    const bits = subjects.reduce((all, subject) => all | (1 << subject), 0)
    const { kind: agent, number } = this.#who
    return (RULES[rule].interventions ?? [])
      .flatMap((kind) => interventions.of(kind).map((force) => ({ force, size: sizeAt(force, now, felt) })))
      .filter(({ force, size }) => {
        const { people, size: sizes } = KINDS[force.kind]
        if (size === sizes.neutral) return false
        const isOfStudents = agent === 'student' && (people as readonly string[]).includes('student')
        if (people.length === 0) return true
        if (isOfStudents && interventions.means(force, Person.student, bits, number)) return true
        return (
          (people as readonly string[]).includes('tutor') &&
          interventions.means(force, Person.tutor, bits, tutor.number)
        )
      })
  }

  /** The rules' own accessors have to stay where they are. */
  #lookAt(which: number, now: number): Look {
    const look = this.#look
    const { student, tutor } = this.#region
    const { kind } = this.#who
    if (kind === 'student') {
      look.student.at(student.row)
      look.market.at(look.student.sessionSubject)
      if (look.student.slots !== 0) atSlot(look)
    }
    if (kind === 'market') look.market.at(which)
    else look.tutor.at(tutor.row)
    look.now = now
    look.which = which
    return look
  }
}

/** Whether a lesson of the slot at hand is looked at, some time before it. */
function isOfLesson(rule: Rule): boolean {
  return rule === 'lesson.takesPlace' || rule === 'lesson.doubled' || rule === 'lesson.moved'
}

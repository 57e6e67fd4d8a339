// Makes the chain of an event out of what was found when its time was lived once more.

import { DAY, formatInstant, WEEK } from '../../engine/index.ts'
import { WINDOWS } from '../events/health.ts'
import { type Event, type EventType, instantIn, SUBJECTS } from '../events/index.ts'
import { KINDS } from '../interventions/kinds.ts'
import type { Rule } from '../state/trace.ts'
import type { Explanation, InterventionTold, RuleTold, Step } from './explanation.ts'
import type { Decided, Recording } from './listener.ts'
import { REASONS, RULES } from './words.ts'

/** Sessions are planned and calls are decided on within it, but for few. */
export const BEFORE = 16 * DAY
/** Looked at before what is missing then: no student is of two minds for longer. */
const FARTHER = 16 * WEEK

/** What leads to a call, in the student's life. */
const CALLED_BY: readonly Rule[] = [
  'call.tutorNoShow',
  'call.technical',
  'call.missedSession',
  'call.concern',
  'call.glitch',
  'call.noTutor',
  'call.callsOff',
  'call.question',
  'call.bill',
  'call.goodbye',
  'call.byIntervention',
  'call.repeated',
]
/** What leads to a session that is planned. */
const PLANNED_BY: readonly Rule[] = [
  'lesson.takesPlace',
  'lesson.doubled',
  'lesson.moved',
  'lesson.triedAgain',
  'booking.wished',
]
/** What makes a moment of a student's life in which a call is decided on. */
const LED_TO_CALL: readonly Rule[] = [
  'stay.leavesAfterAll',
  'stay.leavesAtOnce',
  'stay.thinksOfLeaving',
  'lesson.calledOff',
]

export class Chain {
  readonly #recording: Recording
  readonly #eventId: string
  readonly #steps: Step[] = []
  /** From when on more would have to be known; undefined where nothing is missing. */
  needs: number | undefined

  /** @param isFromBirth whether the recording begins with the world */
  constructor(recording: Recording, eventId: string, isFromBirth: boolean) {
    this.#recording = recording
    this.#eventId = eventId
    this.#event(eventId)
    if (!isFromBirth || this.needs === undefined) return
    this.needs = undefined
    this.#moment(recording.begin, 'the world is born with it', [])
  }

  /** Undefined where the event did not happen. @param isAll whether there is nothing before the recording */
  get explanation(): Explanation | undefined {
    if (this.#steps.length === 0) return undefined
    return {
      event_id: this.#eventId,
      chain: this.#steps,
      complete: this.needs === undefined,
      history_begins: formatInstant(this.#recording.begin),
    }
  }

  #event(id: string): void {
    const found = this.#recording.events.find(({ event }) => event.event_id === id)
    if (found) return this.#known(found.event, found.at)
    if (this.#steps.length === 0) return
    const at = instantIn(id)
    this.#isMissing(at - BEFORE)
    this.#steps.push({
      ...{ event: null, event_id: id, at: formatInstant(at), says: 'before what is known' },
      ...{ rules: [], besides: [] },
    })
  }

  #known(event: Event, at: number): void {
    const step: Step = {
      ...{ event, event_id: event.event_id, at: formatInstant(at), says: event.event_type },
      ...{ rules: [], besides: [] },
    }
    this.#steps.push(step)
    this.#led[event.event_type](step, at)
    if (event.caused_by !== null) this.#event(event.caused_by)
  }

  /** By type: fills in what led to an event, and adds the moments before it that no event tells. */
  readonly #led: Record<EventType, (step: Step, at: number) => void> = {
    session_started: (step, at) => {
      step.rules = this.#at(at, ['tutor.givenUp', 'tutor.substitute', 'session.begins'])
      const begins = this.#last(['session.begins'], at)
      if (begins) this.#planned(begins.which, at)
    },
    session_completed: (step, at) => {
      const outcome = this.#last(['session.outcome'], at)
      step.rules = [...(outcome ? [this.#told(outcome)] : []), ...this.#at(at, ['session.rated'])]
      const besides = this.#at(at, [...CALLED_BY, 'tutor.kept', 'stay.afterFirstSession'])
      step.besides = besides.filter(({ chance }) => chance !== 0)
    },
    ib_call_logged: (step, at) => {
      step.besides = this.#at(at, ['call.resolved', 'call.repeated'])
      const placed = this.#last(['call.placed'], at)
      const planned = placed && this.#last(['call.planned'], at - 1, placed.which)
      if (!planned) return this.#isMissing(at - FARTHER)
      step.rules = this.#at(planned.at, CALLED_BY).filter(({ happened }) => happened)
      if (step.event?.caused_by === null) this.#called(planned.at)
    },
    customer_health_update: (step, at) => {
      const moved = movedBy(step.event as Event, at)
      step.rules = this.#at(at, ['health.moves']).map((rule) => ({ ...rule, state: { moved } }))
    },
    tutor_availability_updated: (step, at) => {
      step.rules = this.#at(at, Object.keys(RULES).filter((rule) => rule.startsWith('week.')) as Rule[])
    },
    supply_demand_update: (step, at) => {
      step.rules = this.#at(at, ['market.told'])
    },
  }

  /** The moment at which a session was planned. */
  #planned(lesson: number, until: number): void {
    const planned = this.#last(['session.planned', 'lesson.triedAgain'], until, lesson)
    if (!planned) return this.#isMissing(until - FARTHER)
    const { at } = planned
    const rules = this.#at(at, PLANNED_BY, lesson)
    this.#moment(at, planned.rule === 'session.planned' ? 'the session is planned' : 'it is tried once more', rules)
    const came = this.#at(at, ['stay.signsUp', 'stay.comesBack'])
    if (came.length > 0) this.#moment(at, 'the student is there', came)
    if (rules.some(({ state }) => state.weeks_of_two_minds_left !== undefined)) this.#wavering(at)
  }

  /** The moment at which a call was decided on that no event led to. */
  #called(at: number): void {
    const rules = this.#at(at, LED_TO_CALL).filter(({ happened, rule }) => happened || rule === 'stay.leavesAtOnce')
    if (rules.length > 0) this.#moment(at, 'the student decides', rules)
    const wavers = this.#at(at, ['stay.leavesAfterAll', 'call.question']).filter(({ happened }) => happened)
    const isLate = rules.some(({ rule }) => rule === 'stay.leavesAfterAll')
    if (isLate || wavers.some(({ state }) => state.weeks_of_two_minds_left !== undefined)) this.#wavering(at)
  }

  /** The moment since which the student at hand is of two minds. */
  #wavering(until: number): void {
    const thought = this.#recording.decided.findLast(
      (one) => one.rule === 'stay.thinksOfLeaving' && one.at < until && happened(one),
    )
    if (!thought) return this.#isMissing(until - FARTHER)
    this.#moment(
      thought.at,
      'the student thinks of leaving',
      this.#at(thought.at, ['stay.thinksOfLeaving', 'stay.leavesAtOnce']),
    )
  }

  #moment(at: number, says: string, rules: RuleTold[]): void {
    this.#steps.push({ event: null, event_id: null, at: formatInstant(at), says, rules, besides: [] })
  }

  /** Something that must have been before was not found. */
  #isMissing(from: number): void {
    this.needs = Math.min(this.needs ?? from, from)
  }

  #last(rules: readonly Rule[], until: number, which?: number): Decided | undefined {
    return this.#recording.decided.findLast(
      (one) => one.at <= until && rules.includes(one.rule) && (which === undefined || one.which === which),
    )
  }

  /** What some rules decided at an instant, each the last time. */
  #at(at: number, rules: readonly Rule[], which?: number): RuleTold[] {
    const found = new Map<Rule, Decided>()
    for (const one of this.#recording.decided)
      if (one.at === at && rules.includes(one.rule) && (which === undefined || one.which === which))
        found.set(one.rule, one)
    return [...found.values()].map((one) => this.#told(one))
  }

  #told(one: Decided): RuleTold {
    const { says, cause, isSum = false, shocks: kinds = [] } = RULES[one.rule]
    const names = one.subjects.map((subject) => SUBJECTS[subject]?.replace(' ', '-'))
    const shocks = this.#recording.region.shocks
      .between(one.felt, one.felt + 1)
      .filter(
        ({ kind, id }) =>
          kinds.includes(kind) && (!OF_SUBJECTS.includes(kind) || names.some((name) => id.endsWith(`.${name}`))),
      )
    return {
      ...{ rule: one.rule, says, cause: cause ?? null, at: formatInstant(one.at) },
      ...{ chance: rounded(one.chance), drawn: rounded(one.drawn), happened: happened(one) },
      is_sum: isSum,
      because: one.because.map(({ reason, value }) => {
        const { says: why, cause: of } = REASONS[reason]
        return { reason, says: why, cause: of ?? null, value: rounded(value) }
      }),
      state: one.state,
      shocks: shocks.map(({ id }) => id),
      interventions: one.interventions.map(toldOf),
    }
  }
}

function happened({ chance, drawn }: Decided): boolean {
  return chance === null || drawn === null || drawn < chance
}

function toldOf({ force, size }: Decided['interventions'][number]): InterventionTold {
  const { kind, from, until } = force
  return {
    ...{ kind, says: KINDS[kind].sentence, from: formatInstant(from), size: rounded(size) },
    until: Number.isFinite(until) ? formatInstant(until) : null,
  }
}

/** What hits the people of one subject. */
const OF_SUBJECTS = ['tests', 'tutors_drawn_away']
const MILLIONTH = 1_000_000

function rounded<Value extends number | null>(value: Value): Value {
  return (value === null ? null : Math.round(value * MILLIONTH) / MILLIONTH) as Value
}

/** What entered a window of the health numbers, or left it. */
function movedBy({ caused_by }: Event, at: number): string {
  const passed = at - instantIn(caused_by as string)
  if (caused_by?.startsWith('call')) return passed < WINDOWS.calls14 ? 'a call enters' : 'a call leaves the 14 days'
  if (passed < WINDOWS.sessions7) return 'a session enters'
  return passed < WINDOWS.sessions30 ? 'a session leaves the 7 days' : 'a session leaves the 30 days'
}

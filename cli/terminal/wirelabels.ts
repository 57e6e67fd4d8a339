// The labels of a run whose wire was not clean, beside its stream: which of them a violation has to do with.
//
// A violation is told at a line, and says whose it is. Which event it is owed to follows from what is wrong of it:
//
//     repeated, late, no JSON                the event itself
//     a cause, a session, its end            that event, if it is missing by then
//     an update that is missing              that update
//     counts and means, an update too many   what is missing of the same person in the window that is counted
//
// Missing is what was dropped or damaged, and what is late until it comes. What came late is counted from then on, so it also
// leaves a window late.

import { DAY, OptionError } from '../../engine/index.ts'
import { eachLine } from '../../sinks/index.ts'

const LINE_CHARACTERS_MAX = 1 << 20
const OPENING = '{"label":"wire"'
const OWN_ID = /"event_id":"([^"]+)"/
const CAUSE_ID = /"caused_by":"([^"]+)"/
const TIMESTAMP = /"timestamp":"([^"]+)"/
/** What a violation names: sessions, calls, people and instants. */
const SESSIONS = /\bsess_\d+_\d+/g
const PEOPLE = /\b(?:stu|tut)_\d+/g
const INSTANT = /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g
/** Lines that a violation may be told after. */
const LINES_KEPT = 4096

/** What is counted of a student: events whose ids end so, and for how many days. */
const COUNTED: Readonly<Record<string, { ending: string; days: readonly number[] }>> = {
  sessions_last_7_days: { ending: '.completed', days: [7] },
  sessions_last_30_days: { ending: '.completed', days: [30] },
  ib_calls_last_14_days: { ending: '.logged', days: [14] },
  // The last known rating where there is none in thirty days.
  avg_session_rating: { ending: '.completed', days: [30, Number.POSITIVE_INFINITY] },
}
const UPDATE = 'customer_health_update'
/** What is the fault of the line's own event; nothing is wrong of a field where it cannot be read. */
const OWN = new Set(['', 'event_id', 'timestamp'])

interface WireLabel {
  readonly eventId: string
  readonly change: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** When it comes that is late; infinite where it does not come. */
  readonly until: number
  readonly says: string
}

/** What a check tells of a violation, as far as it is needed here. */
interface Told {
  readonly line: number
  readonly field?: string
  readonly about: readonly string[]
}

/** What is known of a line. */
interface Line {
  /** The latest instant up to there, milliseconds since 1970. */
  readonly now: number
  readonly id: string
  readonly cause: string
  readonly timestamp: string
  /** The event has come before. */
  readonly isRepeat: boolean
}

export class WireLabels {
  readonly #byEvent = new Map<string, WireLabel>()
  /** Of sessions with one begin. */
  readonly #byGroup = new Map<string, WireLabel[]>()
  /** In the order of the world's stream. */
  readonly #byPerson = new Map<string, WireLabel[]>()
  readonly #latest = new Map<number, Line>()
  /** Those that come twice and have come once. */
  readonly #come = new Set<string>()
  #line = 0
  #now = Number.NEGATIVE_INFINITY

  /** @param labels what befell events, in the order of the world's stream */
  constructor(labels: readonly WireLabel[]) {
    for (const label of labels) {
      this.#byEvent.set(label.eventId, label)
      if (label.change === 'duplicated') continue
      if (label.eventId.startsWith('sess')) push(this.#byGroup, groupOf(label.eventId), label)
      const person = personIn(label.eventId)
      if (person !== undefined) push(this.#byPerson, person, label)
    }
  }

  /** Takes the next line of the stream. */
  take(line: string): void {
    this.#line++
    this.#latest.delete(this.#line - LINES_KEPT)
    const [id, cause, timestamp] = [OWN_ID, CAUSE_ID, TIMESTAMP].map((part) => part.exec(line)?.[1] ?? '') as [
      string,
      string,
      string,
    ]
    const instant = Date.parse(timestamp)
    if (instant > this.#now) this.#now = instant
    const isRepeat = this.#come.has(id)
    if (this.#byEvent.get(id)?.change === 'duplicated') this.#come.add(id)
    this.#latest.set(this.#line, { now: this.#now, id, cause, timestamp, isRepeat })
  }

  /** What has befallen the event that a violation is owed to; undefined where nothing is labelled. */
  of({ line, field = '', about }: Told): string | undefined {
    const known = this.#latest.get(line)
    if (!known) return undefined
    const found = this.#found(field, about, known)
    return found && `label: ${found.eventId} ${found.says}`
  }

  #found(field: string, about: readonly string[], line: Line): WireLabel | undefined {
    if (field === 'caused_by') return this.#missing(line.cause, line.now) ?? this.#own(line)
    if (line.isRepeat || OWN.has(field)) return this.#own(line)
    if (field === UPDATE || field in COUNTED) return this.#ofStudent(field, about, line)
    return this.#ofSessions(about, line) ?? this.#own(line) ?? this.#ofTold(about, line)
  }

  /** Of the line's own event. That it comes twice is no harm the first time. */
  #own({ id, isRepeat }: Line): WireLabel | undefined {
    const label = this.#byEvent.get(id)
    return label?.change === 'duplicated' && !isRepeat ? undefined : label
  }

  /** Of an event that has not come by an instant. */
  #missing(id: string, by: number): WireLabel | undefined {
    const label = this.#byEvent.get(id)
    return label && label.change !== 'duplicated' && by <= label.until ? label : undefined
  }

  /** Of the sessions that a violation names: what should be comes before what is. */
  #ofSessions(about: readonly string[], { now, id: own }: Line): WireLabel | undefined {
    const sessions = about.toReversed().flatMap((text) => text.match(SESSIONS) ?? [])
    const labels = sessions
      .flatMap((session) => [`${session}.completed`, `${session}.started`])
      .flatMap((id) => this.#byEvent.get(id) ?? [])
      .filter(({ change, eventId }) => change !== 'duplicated' && eventId !== own)
    // The students of a group have sessions of their own, of one begin.
    const ofGroups = sessions.flatMap((session) => this.#byGroup.get(groupOf(session)) ?? [])
    const isMissing = ({ until }: WireLabel): boolean => now <= until
    // A session whose begin came behind its end goes on for who has seen both.
    return labels.find(isMissing) ?? ofGroups.find((one) => one.eventId !== own && isMissing(one)) ?? labels[0]
  }

  /** Of what a person was last told of, or has told: an offer of a tutor, a session before a call. */
  #ofTold(about: readonly string[], { now }: Line): WireLabel | undefined {
    for (const person of allIn(about, PEOPLE)) {
      const label = this.#byPerson.get(person)?.findLast((one) => one.at <= now && now <= one.until)
      if (label) return label
    }
    return undefined
  }

  /** Of what is counted of a student, or of an update that tells it. */
  #ofStudent(field: string, about: readonly string[], line: Line): WireLabel | undefined {
    const [person = ''] = allIn(about, PEOPLE)
    if (field in COUNTED)
      return this.#ofCounts([field], person, line.now) ?? this.#ofUpdates(person, line.now) ?? this.#own(line)
    // When an update should have come, if one is missing; else this one is too many.
    const [says = '', expected = ''] = about.slice(1)
    const [due] = allIn(says === line.timestamp ? [expected] : [expected, says], INSTANT)
    const at = due === undefined ? line.now : Date.parse(due)
    const named = Object.keys(COUNTED).filter((name) => expected.includes(name))
    const itself =
      due === undefined
        ? (this.#missing(line.cause, at) ?? this.#own(line))
        : this.#missing(`${person}.health.${at}`, at)
    return (
      itself ??
      this.#ofCounts(named.length > 0 ? named : Object.keys(COUNTED), person, at) ??
      this.#ofUpdates(person, at) ??
      this.#own(line)
    )
  }

  /** The latest that is missing in what is counted at an instant. */
  #ofCounts(names: readonly string[], person: string, at: number): WireLabel | undefined {
    const labels = this.#byPerson.get(person) ?? []
    for (const { ending, days } of names.flatMap((name) => COUNTED[name] ?? []))
      for (const most of days) {
        const label = labels.findLast((one) => one.eventId.endsWith(ending) && isAmiss(one, at, most * DAY))
        if (label) return label
      }
    return undefined
  }

  /** The latest update of a person that is missing: what it told is not known. */
  #ofUpdates(person: string, at: number): WireLabel | undefined {
    return this.#byPerson
      .get(person)
      ?.findLast((label) => label.eventId.includes('.health.') && label.at <= at && at <= label.until)
  }
}

/** Whether a count over a window is another at an instant, because an event does not come, or comes late into it and out of it. */
function isAmiss({ at, until }: WireLabel, instant: number, window: number): boolean {
  const isIn = at <= instant && instant <= Math.min(until, at + window)
  return isIn || (at + window <= instant && instant <= until + window && until < Number.POSITIVE_INFINITY)
}

function push(lists: Map<string, WireLabel[]>, key: string, label: WireLabel): void {
  const list = lists.get(key)
  if (list) list.push(label)
  else lists.set(key, [label])
}

function allIn(texts: readonly string[], pattern: RegExp): string[] {
  return texts.flatMap((text) => text.match(pattern) ?? [])
}

/** Of a session's id or of its events'. */
function groupOf(id: string): string {
  return id.replace(/_\d+(?:\.\w+)?$/, '')
}

/** Whose an event is; undefined where it is a market's. */
function personIn(eventId: string): string | undefined {
  const student = /^(?:sess|call)_\d+_(\d+)/.exec(eventId)?.[1]
  return student === undefined ? /^(?:stu|tut)_\d+/.exec(eventId)?.[0] : `stu_${student}`
}

/** @throws OptionError where a line is none of labels */
export async function readWireLabels(file: string): Promise<WireLabels> {
  const labels: WireLabel[] = []
  let lines = 0
  await eachLine(file, LINE_CHARACTERS_MAX, (line) => {
    lines++
    if (lines === 1 && !line.startsWith('{"label":') && line !== '')
      throw new OptionError({ option: 'labels', rule: 'line 1: no label', value: file })
    if (!line.startsWith(OPENING)) return
    try {
      const { event_id: eventId, at, until, change, by } = JSON.parse(line)
      const comes = change === 'delayed' ? Date.parse(until) : Number.POSITIVE_INFINITY
      labels.push({ eventId, change, at: Date.parse(at), until: comes, says: `${change} by ${by.join(', ')}` })
    } catch (cause) {
      throw new OptionError({ option: 'labels', rule: `line ${lines}: a line of JSON`, value: file }, { cause })
    }
  })
  return new WireLabels(labels)
}

// The labels of a run whose wire was not clean, beside its stream: which of them a violation has to do with.
//
// A violation is told at a line, and says whose it is. Looked for is a label of an event that the line names (itself, its
// cause, the session that it is of); or that the violation names; or else the latest of the same student or tutor, as what is
// recomputed of them counts for up to thirty days.

import { DAY, formatInstant, OptionError } from '../../engine/index.ts'
import { eachLine } from '../../sinks/index.ts'

const LINE_CHARACTERS_MAX = 1 << 20
const OPENING = '{"label":"wire"'
/** What an event names: itself, its cause, and the session or call that it is of. */
const IDS = /"(?:event_id|caused_by)":"([^"]+)"/g
/** What a violation names: sessions, calls, and people. */
const NAMED = /\b(?:sess|call)_\d+_\d+/g
const PEOPLE = /\b(?:stu|tut)_\d+/g
/** What becomes of a session: what is said of one is about the others too. */
const WHAT = /\.(?:started|completed)$/
const INSTANT = /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g
const TIMESTAMP = /"timestamp":"([^"]+)"/
/** Lines that a violation may be told after. */
const LINES_KEPT = 4096
const DAYS_COUNTED = 30

interface WireLabel {
  readonly eventId: string
  /** ISO 8601. */
  readonly at: string
  readonly says: string
}

/** What is known of a line. */
interface Line {
  readonly at: string
  readonly label: WireLabel | undefined
}

export class WireLabels {
  readonly #byEvent = new Map<string, WireLabel>()
  readonly #byGroup = new Map<string, WireLabel>()
  /** In the order of the world's stream. */
  readonly #byPerson = new Map<string, WireLabel[]>()
  readonly #latest = new Map<number, Line>()
  #line = 0
  #at = ''

  /** @param labels what befell events, in the order of the world's stream */
  constructor(labels: readonly WireLabel[]) {
    for (const label of labels) {
      this.#byEvent.set(label.eventId, label)
      if (WHAT.test(label.eventId)) this.#byGroup.set(groupOf(label.eventId), label)
      const person = personIn(label.eventId)
      if (person !== undefined) this.#byPerson.set(person, [...(this.#byPerson.get(person) ?? []), label])
    }
  }

  /** Takes the next line of the stream. */
  take(line: string): void {
    this.#line++
    this.#latest.delete(this.#line - LINES_KEPT)
    this.#at = TIMESTAMP.exec(line)?.[1] ?? this.#at
    const ids = [...line.matchAll(IDS)].map(([, id = '']) => id)
    this.#latest.set(this.#line, { at: this.#at, label: this.#among(ids) })
  }

  /** What has befallen an event that a violation has to do with; undefined where nothing is labelled. */
  of({ line, about }: { line: number; about: readonly string[] }): string | undefined {
    const { at = this.#at, label } = this.#latest.get(line) ?? {}
    const named = allIn(about, NAMED)
    const found = label ?? this.#among(named) ?? this.#ofGroup(named)
    if (found) return `label: ${found.eventId} ${found.says}`
    // What is missing is told at the line before it.
    const until = allIn(about, INSTANT).reduce((latest, one) => (one > latest ? one : latest), at)
    for (const person of allIn(about, PEOPLE)) {
      const latest = this.#latestOf(person, until)
      if (latest) return `label: ${latest.eventId} ${latest.says}, the latest of ${person}`
    }
    return undefined
  }

  #among(ids: readonly string[]): WireLabel | undefined {
    for (const id of ids) {
      const session = id.replace(WHAT, '')
      for (const one of [id, `${session}.started`, `${session}.completed`]) {
        const label = this.#byEvent.get(one)
        if (label) return label
      }
    }
    return undefined
  }

  /** The students of a group have sessions of their own, of one begin. */
  #ofGroup(sessions: readonly string[]): WireLabel | undefined {
    return sessions.map((id) => this.#byGroup.get(groupOf(id))).find(Boolean)
  }

  #latestOf(person: string, at: string): WireLabel | undefined {
    const since = formatInstant(Date.parse(at) - DAYS_COUNTED * DAY)
    return this.#byPerson.get(person)?.findLast((label) => label.at <= at && label.at > since)
  }
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
      const { event_id: eventId, at, change, by } = JSON.parse(line)
      labels.push({ eventId, at, says: `${change} by ${by.join(', ')}` })
    } catch (cause) {
      throw new OptionError({ option: 'labels', rule: `line ${lines}: a line of JSON`, value: file }, { cause })
    }
  })
  return new WireLabels(labels)
}

// Rows of the tick to what is seen of them: lines of NDJSON, and objects. The bytes of a line are those that
// JSON.stringify would make of the object, key for key.
//
// A line is a head with blanks (numbers and instants of fixed width), which is copied and filled in, and a rest that its
// type writes. A type that has no way of its own to write a line is written as its object.

import {
  BEHIND_PAYLOAD,
  type ByteWriter,
  DAY,
  formatInstant,
  type Literal,
  lineOf,
  literal,
  MINUTE,
  payloadReader,
} from '../../engine/index.ts'
import type { FastLine, MarketplaceEventType } from './descriptor.ts'
import type { Digits } from './entities.ts'
import { STAMP } from './fields.ts'
import { type Event, eventId, eventTypes, keyOf } from './index.ts'
import { Cause, type EventRow } from './row.ts'

/** A line is never longer. */
const LINE_BYTES_MAX = 640
/** Digits of an instant from 2001 to 2286. */
const INSTANT_DIGITS = 13

/** Blanks in the text of a head, a character for each digit: the agent's number, the instant, and that of the cause. */
const AGENT = '\x01'
const INSTANT = '\x02'.repeat(INSTANT_DIGITS)
const CAUSE = '\x03'.repeat(INSTANT_DIGITS)
/** Second and millisecond; the minute before it is a text that most events share with the one before. */
const SECONDS = '\x04\x04'
const MILLISECONDS = '\x05\x05\x05'
/** `2026-01-05T14:03`, and where hour and minute are in it. */
const MINUTE_LENGTH = 16
const [HOUR_AT, MINUTE_AT] = [11, 14]
const MINUTES_A_DAY = DAY / MINUTE
const ZERO = 48

/** What can lead to an event, by the codes of rows. */
const CAUSES = Object.values(Cause).map((code) => eventTypes.find(({ asCause }) => asCause === code))
/** Room in the table of heads for a cause's numbers of digits, or its markets. */
const SHAPES = 64

/** By type, as rows keep it. */
const LINES = eventTypes.map(({ line }) => line)
const AGENTS = eventTypes.map(({ entity }) => entity.agent)
const ARE_NUMBERED = AGENTS.map(({ isNumbered }) => isNumbered)

/** Text, and where its blanks for numbers are. */
class Form {
  readonly text: Literal
  readonly agents: readonly number[]
  readonly instants: readonly number[]
  readonly causes: readonly number[]

  constructor(text: string) {
    this.text = literal(text)
    this.agents = blanks(text, AGENT)
    this.instants = blanks(text, INSTANT.charAt(0))
    this.causes = blanks(text, CAUSE.charAt(0))
  }
}

/** The beginning of a line, and where its blanks are. */
class Head {
  readonly form: Form
  /** The event's id, and its cause's behind it. */
  readonly ids: Form
  /** Lengths of the event's id and of its cause's; 0 where nothing led to it. */
  readonly idLength: number
  readonly causeLength: number
  /** Where the timestamp's minute, seconds and milliseconds go. */
  readonly minute: number
  readonly seconds: number
  readonly milliseconds: number

  /** @param agent its number, or blanks for the digits of that */
  constructor(type: MarketplaceEventType, line: FastLine, cause: number, agent: Digits) {
    const idInstant = line.idInstant === 'causeInstant' ? CAUSE : INSTANT
    const id = eventId(type, agent, idInstant, cause)
    const led = CAUSES[cause]
    const causeId = led ? eventId(led, agent, CAUSE, Cause.none) : null
    const payload =
      `{"timestamp":"${'-'.repeat(MINUTE_LENGTH)}:${SECONDS}.${MILLISECONDS}Z","source":"${STAMP.source.value}",` +
      line.opening(agent, idInstant)
    const text = lineOf(id, causeId, type.name, payload).slice(0, -BEHIND_PAYLOAD)
    this.form = new Form(text)
    this.ids = new Form(id + (causeId ?? ''))
    this.idLength = id.length
    this.causeLength = causeId?.length ?? 0
    this.seconds = text.indexOf(SECONDS)
    this.milliseconds = text.indexOf(MILLISECONDS)
    this.minute = this.seconds - 1 - MINUTE_LENGTH
  }
}

/** Where the runs of a character begin. */
function blanks(text: string, character: string): number[] {
  return [...text.matchAll(new RegExp(`${character}+`, 'g'))].map(({ index }) => index)
}

/** Renders events. */
export class LineEncoder {
  /** Of the line that was written last: lengths of its id and of its cause's; 0 where nothing led to it. */
  idLength = 0
  causeLength = 0
  readonly #heads: Head[] = []
  /** Of the agent's number in the head that was looked up last. */
  #digits = 0
  #minute = -1
  readonly #minuteText = literal(' '.repeat(MINUTE_LENGTH))

  /** Appends one line. */
  write(out: ByteWriter, event: EventRow): void {
    const line = LINES[event.type]
    if (line === undefined) {
      this.#writeObject(out, event)
      return
    }
    out.reserve(LINE_BYTES_MAX)
    this.#opening(out, event, line)
    line.rest(out, event)
  }

  /** Appends the event's id, and its cause's. */
  ids(out: ByteWriter, event: EventRow): void {
    const line = LINES[event.type]
    if (line === undefined) {
      const { event_id, caused_by } = eventOf(event)
      this.idLength = event_id.length
      this.causeLength = caused_by?.length ?? 0
      out.text(event_id + (caused_by ?? ''))
      return
    }
    out.reserve(LINE_BYTES_MAX)
    this.#filled(out, this.#head(event, line).ids, event)
  }

  #writeObject(out: ByteWriter, row: EventRow): void {
    const event = eventOf(row)
    this.idLength = event.event_id.length
    this.causeLength = event.caused_by?.length ?? 0
    out.text(`${JSON.stringify(event)}\n`)
  }

  /** Everything up to the first field that differs in more than its digits. */
  #opening(out: ByteWriter, event: EventRow, line: FastLine): void {
    const { instant } = event
    const head = this.#head(event, line)
    const at = this.#filled(out, head.form, event)
    const minute = Math.floor(instant / MINUTE)
    if (minute !== this.#minute) this.#setMinute(minute)
    const milliseconds = instant - minute * MINUTE
    const seconds = (milliseconds / 1000) | 0
    out.put(at + head.minute, this.#minuteText)
    out.fill(at + head.seconds, seconds, 2)
    out.fill(at + head.milliseconds, milliseconds - seconds * 1000, 3)
  }

  /** Most minutes are of the same day as the one before. */
  #setMinute(minute: number): void {
    const { words } = this.#minuteText
    const day = Math.floor(minute / MINUTES_A_DAY)
    if (day !== Math.floor(this.#minute / MINUTES_A_DAY))
      words.set(literal(formatInstant(day * DAY).slice(0, MINUTE_LENGTH)).words)
    const text = new Uint8Array(words.buffer)
    const ofDay = minute - day * MINUTES_A_DAY
    const hour = Math.floor(ofDay / 60)
    setTwoDigits(text, HOUR_AT, hour)
    setTwoDigits(text, MINUTE_AT, ofDay - hour * 60)
    this.#minute = minute
  }

  /** What lines such as the event's begin with. */
  #head({ type, cause, agent }: EventRow, line: FastLine): Head {
    const isNumbered = ARE_NUMBERED[type] as boolean
    const digits = isNumbered ? digitsOf(agent) : agent
    const shape = (type * CAUSES.length + cause) * SHAPES + digits
    let head = this.#heads[shape]
    if (head === undefined) {
      const blank = isNumbered ? AGENT.repeat(digits) : agent
      head = new Head(eventTypes[type] as MarketplaceEventType, line, cause, blank)
      this.#heads[shape] = head
    }
    this.#digits = digits
    this.idLength = head.idLength
    this.causeLength = head.causeLength
    return head
  }

  /** Appends a text with its blanks filled in. Returns where it begins. */
  #filled(out: ByteWriter, form: Form, { agent, instant, causeInstant }: EventRow): number {
    const at = out.literal(form.text)
    out.fillAll(at, form.agents, agent, this.#digits)
    out.fillAll(at, form.instants, instant, INSTANT_DIGITS)
    out.fillAll(at, form.causes, causeInstant, INSTANT_DIGITS)
    return at
  }
}

function setTwoDigits(text: Uint8Array, at: number, value: number): void {
  const tens = Math.floor(value / 10)
  text[at] = ZERO + tens
  text[at + 1] = ZERO + value - 10 * tens
}

function digitsOf(value: number): number {
  let digits = 1
  for (let limit = 10; value >= limit; limit *= 10) digits++
  return digits
}

/** The event that a row stands for. */
export function eventOf(row: EventRow): Event {
  const { name } = eventTypes[row.type] as MarketplaceEventType
  const body = { event_type: name, payload: payloadIn(row) } as Pick<Event, 'event_type' | 'payload'>
  const cause = CAUSES[row.cause]
  const caused_by = cause ? eventId(cause, row.agent, row.causeInstant, Cause.none) : null
  const event_id = keyOf(body, row.instant, row.cause === Cause.standing)
  return { event_id, caused_by, ...body } as Event
}

/** By type; made when first asked for, as a run that writes lines alone never does. */
const readers: ((row: EventRow) => Record<string, unknown>)[] = []

function payloadIn(row: EventRow): Record<string, unknown> {
  let read = readers[row.type]
  if (read === undefined) {
    read = payloadReader((eventTypes[row.type] as MarketplaceEventType).fields)
    readers[row.type] = read
  }
  return read(row)
}

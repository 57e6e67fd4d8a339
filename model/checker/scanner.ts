// Reads a line from its bytes, with no text or object made of it, if it is what the generator would write and what it says
// twice is the same both times: ids, and the instants and numbers in them. Any other line is refused, whatever is the
// matter with it, and has to be read another way.

import { HOUR, MINUTE, parseTimestamp, SECOND } from '../../engine/index.ts'
import { FIRST_TUTOR } from '../events/entities.ts'
import {
  BEHIND_ID,
  firstOf,
  ID_FORMS,
  type IdForm,
  LINE_FORMS,
  NULL,
  OPENING,
  QUOTE,
  Read,
  type Step,
  typeOfKind,
} from './forms.ts'
import { isAt, type Text, text } from './text.ts'

/** Bytes that must be behind a line in its buffer: a text may be looked for where the line has ended. */
export const SLACK = 256

/** Digits of an instant in an id, 2001 to 2286. */
const INSTANT_DIGITS = 13
const AGENT_DIGITS_MAX = 10
const WHOLE_DIGITS_MAX = 15
/** `2026-01-05`, and with `T14:03:12.364Z` behind it. */
const DAY_LENGTH = 10
const TIMESTAMP_LENGTH = 24
const [ZERO, NINE, DOT, COMMA, COLON, UNDERSCORE, LIST_END, T, Z] = [48, 57, 46, 44, 58, 95, 93, 84, 90] as const
const [FALSE, TRUE] = [text('false'), text('true')]

/** What an event's id says. */
export class EventId {
  kind = 0
  /** The agent's number, and where its digits are. */
  agent = 0
  agentAt = 0
  agentLength = 0
  /** The instant that it tells, and where. */
  instant = 0
  instantAt = 0
}

export class Scanner {
  /** Place of the type of the line read last. */
  type = 0
  /** Of the timestamp. */
  instant = 0
  /** The tutor's number, of a student's event that has one. */
  tutor = 0
  readonly id = new EventId()
  hasCause = false
  readonly cause = new EventId()
  /** By the place of the field: a number, in units of its last decimal; the place of a choice; 0 or 1. */
  readonly values = new Float64Array(32)

  #view: DataView = new DataView(new ArrayBuffer(SLACK))
  #at = 0
  /** The latest day of a timestamp, and its text: `2026-01-` as one number, `05` as another. */
  #day = 0
  #month = 0
  #dayOfMonth = 0
  /** … and minute, of which the text goes on with `05T14:03` as one number. */
  #minute = 0
  #ofMonth = Number.NaN

  /**
   * Reads a line.
   * @param limit where it must have ended; behind that are `SLACK` bytes
   * @returns behind its line feed, or −1
   */
  line(view: DataView, from: number, limit: number): number {
    this.#view = view
    this.#at = from
    if (!(this.#take(OPENING) && this.#id(this.id))) return -1
    this.type = typeOfKind(this.id.kind)
    const form = LINE_FORMS[this.type]
    if (form === undefined || !this.#take(BEHIND_ID)) return -1
    this.hasCause = !this.#take(NULL)
    if (this.hasCause && !(this.#takeByte(QUOTE) && this.#id(this.cause) && this.#takeByte(QUOTE))) return -1
    for (const step of form.steps) {
      if (this.#at >= limit || !this.#take(step.before) || !this.#value(step)) return -1
    }
    return this.#take(form.end) && this.#at <= limit ? this.#at : -1
  }

  /** Reads the id of an event that is between two places. */
  eventId(view: DataView, from: number, to: number, id: EventId): boolean {
    this.#view = view
    this.#at = from
    return this.#id(id) && this.#at === to
  }

  #id(id: EventId): boolean {
    const view = this.#view
    const start = this.#at
    const forms = ID_FORMS[firstOf(view.getUint8(start), view.getUint8(start + 1))] as readonly IdForm[]
    for (const form of forms) if (this.#take(form.prefix)) return this.#restOfId(form, id)
    return false
  }

  #restOfId({ isDated, isNumbered, first, agent, endings }: IdForm, id: EventId): boolean {
    if (isDated && !(this.#instant(id) && this.#takeByte(UNDERSCORE))) return false
    id.agent = agent
    if (isNumbered) {
      id.agentAt = this.#at
      id.agent = this.#whole(AGENT_DIGITS_MAX)
      id.agentLength = this.#at - id.agentAt
      if (id.agent < first) return false
    }
    for (const ending of endings) {
      if (!this.#take(ending.text)) continue
      id.kind = ending.kind
      return !ending.isDated || this.#instant(id)
    }
    return false
  }

  #instant(id: EventId): boolean {
    const at = this.#at
    const first = this.#fourDigits(at)
    const second = this.#fourDigits(at + 4)
    const third = this.#fourDigits(at + 8)
    const last = this.#view.getUint8(at + 12) - ZERO
    id.instantAt = at
    id.instant = (first * 10_000 + second) * 100_000 + (third * 10 + last)
    this.#at = at + INSTANT_DIGITS
    return first >= 1000 && second >= 0 && third >= 0 && last >= 0 && last <= 9
  }

  /** The number that four digits make; −1 where others are among them. All at once, each in its byte. */
  #fourDigits(at: number): number {
    const bytes = this.#view.getInt32(at, true)
    if ((bytes & 0xf0f0f0f0) !== 0x30303030 || ((bytes + 0x06060606) & 0xf0f0f0f0) !== 0x30303030) return -1
    const digits = bytes & 0x0f0f0f0f
    const pairs = digits * 10 + (digits >>> 8)
    return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff)
  }

  #value(step: Step): boolean {
    const { id } = this
    switch (step.read) {
      case Read.told:
        return this.#again(id.instantAt, INSTANT_DIGITS)
      case Read.agent:
        return this.#again(id.agentAt, id.agentLength)
      case Read.tutor:
        this.tutor = this.#whole(AGENT_DIGITS_MAX)
        return this.tutor >= FIRST_TUTOR
      case Read.timestamp:
        return this.#timestamp()
      case Read.whole:
        return this.#keep(step, this.#whole(WHOLE_DIGITS_MAX))
      case Read.number: {
        const number = this.#whole(WHOLE_DIGITS_MAX)
        this.values[step.place] = number
        return step.numbers.includes(number)
      }
      case Read.decimal:
        return this.#keep(step, this.#decimal(step.decimals))
      case Read.flag: {
        const isTrue = this.#take(TRUE)
        this.values[step.place] = isTrue ? 1 : 0
        return isTrue || this.#take(FALSE)
      }
      case Read.choice: {
        const choice = this.#choice(step.texts)
        this.values[step.place] = choice
        return choice >= 0
      }
      case Read.choices:
        return this.#choices(step)
    }
  }

  #keep({ place, min, max }: Step, value: number): boolean {
    this.values[place] = value
    return value >= min && value <= max
  }

  /** Takes the digits of a whole number; −1 where there are none, more, or zeros before it. */
  #whole(digitsMax: number): number {
    const view = this.#view
    const start = this.#at
    let at = start
    let value = 0
    for (let byte = view.getUint8(at); byte >= ZERO && byte <= NINE; byte = view.getUint8(++at)) {
      if (at - start === digitsMax) return -1
      value = value * 10 + (byte - ZERO)
    }
    this.#at = at
    return at === start || (view.getUint8(start) === ZERO && at - start > 1) ? -1 : value
  }

  /** Takes a number and its decimals, the last of which is no zero, in units of the last that it may have; −1 where it is not so. */
  #decimal(decimals: number): number {
    let value = this.#whole(WHOLE_DIGITS_MAX - decimals)
    if (value < 0) return -1
    const view = this.#view
    let left = decimals
    if (view.getUint8(this.#at) === DOT) {
      let at = this.#at + 1
      let byte = view.getUint8(at)
      for (; byte >= ZERO && byte <= NINE && left > 0; byte = view.getUint8(++at), left--)
        value = value * 10 + byte - ZERO
      if (left === decimals || view.getUint8(at - 1) === ZERO) return -1
      this.#at = at
    }
    for (; left > 0; left--) value *= 10
    return value
  }

  /** Takes the place of one of some texts; −1 where it is none. */
  #choice(texts: readonly Text[]): number {
    for (let choice = 0; choice < texts.length; choice++) if (this.#take(texts[choice] as Text)) return choice
    return -1
  }

  /** Keeps several choices as the digits of a number, each one more than its place, to the base of one more than all. */
  #choices({ texts, place, min, max }: Step): boolean {
    const base = texts.length + 1
    let seen = 0
    let all = 0
    for (let count = 1; count <= max; count++) {
      const choice = this.#choice(texts)
      if (choice < 0 || (seen & (1 << choice)) !== 0) return false
      seen |= 1 << choice
      all = all * base + choice + 1
      if (this.#takeByte(LIST_END)) {
        this.values[place] = all
        return count >= min
      }
      if (!(this.#takeByte(COMMA) && this.#takeByte(QUOTE))) return false
    }
    return false
  }

  #timestamp(): boolean {
    const view = this.#view
    const at = this.#at
    // Most lines are of the same minute as the one before.
    const isKnown = view.getFloat64(at, true) === this.#month && view.getFloat64(at + 8, true) === this.#ofMonth
    if (!(isKnown || this.#readMinute(at))) return false
    const second = this.#twoDigits(at + 17)
    const hundredths = this.#twoDigits(at + 20)
    const thousandth = view.getUint8(at + 22) - ZERO
    if (!(second >= 0 && second < 60 && hundredths >= 0 && thousandth >= 0 && thousandth < 10)) return false
    this.instant = this.#minute + (second * SECOND + hundredths * 10 + thousandth)
    this.#at = at + TIMESTAMP_LENGTH
    return view.getUint8(at + 16) === COLON && view.getUint8(at + 19) === DOT && view.getUint8(at + 23) === Z
  }

  /** Takes up the minute of a timestamp. */
  #readMinute(at: number): boolean {
    const view = this.#view
    const month = view.getFloat64(at, true)
    const dayOfMonth = view.getUint16(at + 8)
    if (!(month === this.#month && dayOfMonth === this.#dayOfMonth)) {
      const day = parseTimestamp(`${asciiIn(view, at, DAY_LENGTH)}T00:00:00.000Z`)
      if (Number.isNaN(day)) return false
      this.#day = day
      this.#month = month
      this.#dayOfMonth = dayOfMonth
    }
    // What follows may be wrong, and the minute before is no longer known.
    this.#ofMonth = Number.NaN
    const hour = this.#twoDigits(at + 11)
    const minute = this.#twoDigits(at + 14)
    if (!(hour >= 0 && hour < 24 && minute >= 0 && minute < 60)) return false
    if (view.getUint8(at + 10) !== T || view.getUint8(at + 13) !== COLON) return false
    this.#minute = this.#day + (hour * HOUR + minute * MINUTE)
    this.#ofMonth = view.getFloat64(at + 8, true)
    return true
  }

  /** −1 where there are none. */
  #twoDigits(at: number): number {
    const ten = this.#view.getUint8(at) - ZERO
    const one = this.#view.getUint8(at + 1) - ZERO
    return ten >= 0 && ten <= 9 && one >= 0 && one <= 9 ? ten * 10 + one : -1
  }

  /** Takes the same digits as at another place. */
  #again(from: number, length: number): boolean {
    const view = this.#view
    const at = this.#at
    this.#at = at + length
    // Digits make no NaN and no zero.
    if (length >= 8)
      return (
        view.getFloat64(at, true) === view.getFloat64(from, true) &&
        view.getFloat64(at + length - 8, true) === view.getFloat64(from + length - 8, true)
      )
    if (length >= 4)
      return (
        view.getInt32(at) === view.getInt32(from) && view.getInt32(at + length - 4) === view.getInt32(from + length - 4)
      )
    for (let i = 0; i < length; i++) if (view.getUint8(at + i) !== view.getUint8(from + i)) return false
    return true
  }

  #take(text: Text): boolean {
    if (!isAt(text, this.#view, this.#at)) return false
    this.#at += text.length
    return true
  }

  #takeByte(byte: number): boolean {
    if (this.#view.getUint8(this.#at) !== byte) return false
    this.#at++
    return true
  }
}

function asciiIn(view: DataView, from: number, length: number): string {
  let ascii = ''
  for (let i = 0; i < length; i++) ascii += String.fromCharCode(view.getUint8(from + i))
  return ascii
}

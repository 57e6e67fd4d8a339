// One line to what it says. Of one that is as the generator writes it the bytes are read, and what the checker reckons with
// comes as numbers and constant words; a text or an object is made only where something is said of it. Any other line is
// read as JSON.

import { type Field, parseTimestamp } from '../../engine/index.ts'
import { digitsIn, instantIn } from '../events/entities.ts'
import { EVENT_TYPES, type Event, eventTypes, typeOf } from '../events/index.ts'
import { readEvent } from './lines.ts'
import { type EventId, Scanner, SLACK } from './scanner.ts'

/** What a line says. One that was read from bytes is good until the next one is read. */
export interface Fact {
  readonly event: Event
  /** Place of its type. */
  readonly type: number
  /** Of its timestamp. */
  readonly instant: number
  /** Number of the agent whose event it is, and of a session's tutor. */
  readonly agent: number
  readonly tutor: number
  /** The instant in the id of its session or call. */
  readonly told: number
  /**
   * What its ids say, where they are as the generator writes them and agree with one another and with the timestamp: its own,
   * and its cause's where it has one.
   */
  readonly ids: { readonly own: EventId; readonly cause: EventId | undefined } | undefined
}

/** Lines are shorter; what is not is read as JSON. */
const CHARACTERS_MAX = 1000
const LINE_FEED = 10
const UTF_8 = new TextEncoder()
const ASCII = new TextDecoder()

export class Facts {
  readonly #scanned = new ScannedFact()
  readonly #bytes = new Uint8Array(3 * CHARACTERS_MAX + SLACK)
  readonly #view = new DataView(this.#bytes.buffer)
  #source: Uint8Array | undefined
  #sourceView: DataView = this.#view

  /** What a line says, without its line feed, or why it is no event. */
  read(text: string): Fact | string {
    if (text.length <= CHARACTERS_MAX) {
      const { written } = UTF_8.encodeInto(text, this.#bytes)
      this.#bytes[written] = LINE_FEED
      if (this.#scanned.read(this.#view, 0, written + 1) === written + 1) return this.#scanned
    }
    const event = readEvent(text)
    return typeof event === 'string' ? event : factOf(event)
  }

  /**
   * Reads a line from bytes, into `scanned`, if it is as the generator writes it.
   * @param from where it begins @param to behind the last line feed
   * @returns where the next line begins, or −1
   */
  readBytes(bytes: Uint8Array, from: number, to: number): number {
    if (bytes !== this.#source) {
      this.#source = bytes
      this.#sourceView = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    const limit = Math.min(to, bytes.length - SLACK)
    return from < limit ? this.#scanned.read(this.#sourceView, from, limit) : -1
  }

  /** The line that was read from bytes last. */
  get scanned(): Fact {
    return this.#scanned
  }

  /** One that is good for longer. */
  kept(fact: Fact): Fact {
    return fact === this.#scanned ? factOf(this.#scanned.parsed) : fact
  }
}

function factOf(event: Event): Fact {
  const { payload } = event
  const { entity, numberIn } = typeOf(event)
  return {
    event,
    type: EVENT_TYPES.indexOf(event.event_type),
    instant: parseTimestamp(payload.timestamp),
    agent: numberIn(payload),
    tutor: 'tutor_id' in payload ? Number(digitsIn(payload.tutor_id)) : 0,
    told: entity.isDated ? instantIn(entity.idIn(payload as never)) : Number.NaN,
    ids: undefined,
  }
}

type Described = (typeof eventTypes)[number]

/** What looks like the event of the line that was read last, if that was of this type; of one shape for all types. */
class Look {
  readonly event_type: Event['event_type']
  readonly payload: Event['payload']
  readonly isNumbered: boolean
  readonly numberIn: Described['numberIn']
  readonly lasting: Described['lasting']
  readonly #parsed: () => Event

  constructor({ name, entity, numberIn, lasting }: Described, payload: Event['payload'], parsed: () => Event) {
    this.event_type = name
    this.payload = payload
    this.isNumbered = entity.agent.isNumbered
    this.numberIn = numberIn
    this.lasting = lasting
    this.#parsed = parsed
  }

  get event_id(): string {
    return this.#parsed().event_id
  }

  get caused_by(): string | null {
    return this.#parsed().caused_by
  }
}

class ScannedFact implements Fact {
  event: Event
  type = 0
  instant = 0
  agent = 0
  tutor = 0
  told = 0
  readonly ids: { own: EventId; cause: EventId | undefined }
  readonly #scanner = new Scanner()
  readonly #looks = eventTypes.map((type) => new Look(type, this.#payloadOf(type.fields), () => this.parsed))
  #view: DataView = new DataView(new ArrayBuffer(0))
  #from = 0
  #to = 0
  #parsed: Event | undefined

  constructor() {
    this.event = this.#looks[0] as unknown as Event
    this.ids = { own: this.#scanner.id, cause: undefined }
  }

  /** As `Scanner.line` does it; −1 also where the line contradicts itself. */
  read(view: DataView, from: number, limit: number): number {
    const scanner = this.#scanner
    const to = scanner.line(view, from, limit)
    if (to === -1) return -1
    const { type, id } = scanner
    const look = this.#looks[type] as Look
    const { payload, lasting } = look
    if (!look.isNumbered && look.numberIn(payload) !== id.agent) return -1
    if (id.instant + (lasting === undefined ? 0 : lasting(payload as never)) !== scanner.instant) return -1
    this.event = look as unknown as Event
    this.type = type
    this.instant = scanner.instant
    this.agent = id.agent
    this.tutor = scanner.tutor
    this.told = id.instant
    this.ids.cause = scanner.hasCause ? scanner.cause : undefined
    this.#view = view
    this.#from = from
    this.#to = to
    this.#parsed = undefined
    return to
  }

  /** The line as an object. */
  get parsed(): Event {
    if (this.#parsed === undefined) {
      const { buffer, byteOffset } = this.#view
      const bytes = new Uint8Array(buffer, byteOffset + this.#from, this.#to - this.#from)
      this.#parsed = JSON.parse(ASCII.decode(bytes)) as Event
    }
    return this.#parsed
  }

  #payloadOf(fields: Readonly<Record<string, Field>>): Event['payload'] {
    const payload = {}
    for (const [place, [name, field]] of Object.entries(fields).entries()) {
      Object.defineProperty(payload, name, { get: this.#reader(name, field, place) })
    }
    return payload as Event['payload']
  }

  #reader(name: string, field: Field, place: number): () => unknown {
    const { values } = this.#scanner
    switch (field.kind) {
      case 'instant':
      case 'id':
        return () => this.parsed.payload[name as keyof Event['payload']]
      case 'constant':
        return () => field.value
      case 'whole':
      case 'number':
        return () => values[place]
      case 'decimal': {
        const one = Number(`1e${field.decimals}`)
        return () => (values[place] as number) / one
      }
      case 'flag':
        return () => values[place] === 1
      case 'choice':
        return () => field.values[values[place] as number]
      case 'choices': {
        const lists = new Map<number, readonly string[]>()
        return () => {
          const chosen = values[place] as number
          let list = lists.get(chosen)
          if (list === undefined) {
            list = choicesIn(chosen, field.values)
            lists.set(chosen, list)
          }
          return list
        }
      }
    }
  }
}

/** @param chosen as `Scanner.values` has it */
function choicesIn(chosen: number, values: readonly string[]): string[] {
  const base = values.length + 1
  const list: string[] = []
  for (let left = chosen; left > 0; left = Math.floor(left / base)) list.unshift(values[(left % base) - 1] as string)
  return list
}

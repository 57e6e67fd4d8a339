// What lines look like when the generator writes them, byte by byte, as the descriptions of the types say it: constant text,
// and values between.
//
//     {"event_id":"sess_1767607200000_1042.started","caused_by":null,"event_type":"session_started","payload":{"timestamp":"…
//     └ OPENING ──┘└ prefix, told, agent, ending ┘└ BEHIND_ID ─┘    └ a step: the text before a value, and the value, …
//
// A type in whose lines is something else has no form: they are read the slow way.

import { type Field, lineOf } from '../../engine/index.ts'
import { type Agent, type Entity, FIRST_STUDENT, FIRST_TUTOR, TUTOR } from '../events/entities.ts'
import { eventId, eventTypes } from '../events/index.ts'
import { Cause } from '../events/row.ts'
import { REGIONS, SUBJECTS } from '../events/vocabulary.ts'
import { type Text, text } from './text.ts'

type Described = (typeof eventTypes)[number]

/** How the ids of an entity's events begin, and how they can go on. */
export interface IdForm {
  readonly prefix: Text
  /** Whether the instant that the entity's id tells follows, and `_`. */
  readonly isDated: boolean
  /** Whether the digits of the agent's number follow, which is at least `first`; if not, it is `agent`. */
  readonly isNumbered: boolean
  readonly first: number
  readonly agent: number
  readonly endings: readonly Ending[]
}

export interface Ending {
  readonly text: Text
  /** Whether the event's own instant follows. */
  readonly isDated: boolean
  readonly kind: number
}

/** How the value of a step is read. */
export const Read = {
  /** The digits of the entity's instant and of the agent's number, which the event's id has as well. */
  told: 0,
  agent: 1,
  tutor: 2,
  timestamp: 3,
  whole: 4,
  number: 5,
  decimal: 6,
  flag: 7,
  choice: 8,
  choices: 9,
} as const

/** A value, and the text before it. */
export interface Step {
  readonly before: Text
  readonly read: (typeof Read)[keyof typeof Read]
  /** Of its field in the payload. */
  readonly place: number
  /** Of a number, or of how many choices there are; a decimal's are in units of its last decimal. */
  readonly min: number
  readonly max: number
  readonly decimals: number
  readonly numbers: readonly number[]
  /** What may be chosen, with the quote that closes it. */
  readonly texts: readonly Text[]
}

export interface LineForm {
  readonly steps: readonly Step[]
  /** With the line feed. */
  readonly end: Text
}

/** Marks in the place of what varies. */
const [AGENT, TOLD, ID, PAYLOAD] = ['\x01', '\x02', '\x03', '\x04'] as const
const FIRST = { student: FIRST_STUDENT, tutor: FIRST_TUTOR, market: 0 } as const satisfies Record<Agent['name'], number>
const ENTITIES = [...new Set(eventTypes.map(({ entity }) => entity as Entity))]
const MARKETS = REGIONS.length * SUBJECTS.length

const [opening = '', behindId = '', quote = ''] = lineOf(ID, ID, '', '').split(ID)
export const OPENING = text(opening)
export const BEHIND_ID = text(behindId.slice(0, -1))
export const NULL = text('null')
export const QUOTE = quote.charCodeAt(0)

/** What happened, as an id says it: the place of the type, and whether the event tells what stands. */
function kindOf(type: number, stands: boolean): number {
  return 2 * type + (stands ? 1 : 0)
}

export function isStanding(kind: number): boolean {
  return (kind & 1) === 1
}

export function typeOfKind(kind: number): number {
  return kind >> 1
}

/** Where forms are kept: by the first two bytes of an id, of which the lower bits do. */
export function firstOf(one: number, two: number): number {
  return ((one & 31) << 5) | (two & 31)
}

export const ID_FORMS: readonly (readonly IdForm[])[] = Array.from({ length: 1024 }, (_, place) =>
  ENTITIES.flatMap(idForms).filter(
    ({ prefix: { bytes } }) => firstOf(bytes[0] as number, bytes[1] as number) === place,
  ),
)

function idForms(entity: Entity): IdForm[] {
  const types = eventTypes.filter((type) => (type.entity as Entity) === entity)
  const { agent: of, isDated } = entity
  const { isNumbered, name } = of
  const agents = isNumbered ? [AGENT] : Array.from({ length: MARKETS }, (_, market) => market)
  return agents.map((agent) => {
    const id = entity.id(agent, TOLD)
    const prefix = text(textBefore(id, isDated ? TOLD : AGENT))
    const endings = types.flatMap((type) => endingsOf(type, id, agent))
    return { prefix, isDated, isNumbered, first: FIRST[name], agent: isNumbered ? 0 : Number(agent), endings }
  })
}

function endingsOf(type: Described, id: string, agent: string | number): Ending[] {
  const standing = type.causes.includes(Cause.standing) ? [false, true] : [false]
  return standing.map((stands) => {
    const whole = eventId(type, agent, TOLD, stands ? Cause.standing : Cause.none)
    const ending = whole.slice(id.length)
    const kind = kindOf(eventTypes.indexOf(type), stands)
    return { text: text(textBefore(ending, TOLD)), isDated: ending.endsWith(TOLD), kind }
  })
}

function textBefore(whole: string, mark: string): string {
  return whole.split(mark)[0] as string
}

/** Puts a type's steps together. */
class Form {
  readonly #type: Described
  readonly #steps: Step[] = []
  /** Text behind the last of them. */
  #rest = ''

  constructor(type: Described) {
    this.#type = type
  }

  line(): LineForm | undefined {
    const { name, fields, entity } = this.#type
    const [, behindCause = ''] = lineOf('', ID, name, PAYLOAD).split(`${ID}"`)
    const [before = '', end = ''] = behindCause.split(PAYLOAD)
    this.#rest = before
    for (const [place, [key, field]] of Object.entries(fields).entries()) {
      this.#rest += `${place === 0 ? '{' : ','}"${key}":`
      if (!this.#value(key, field, place)) return undefined
    }
    const tellsAgent = !entity.agent.isNumbered || this.#steps.some(({ read }) => read === Read.agent)
    return tellsAgent ? { steps: this.#steps, end: text(`${this.#rest}}${end}`) } : undefined
  }

  /** False where it can be anything else. */
  #value(key: string, field: Field, place: number): boolean {
    switch (field.kind) {
      case 'constant':
        this.#rest += JSON.stringify(field.value)
        return true
      case 'instant':
        this.#step('timestamp', { place }, '"', '"')
        return key === 'timestamp'
      case 'id':
        return this.#id(field.pattern)
      case 'whole':
        this.#step('whole', { ...field, place })
        return true
      case 'number':
        this.#step('number', { place, numbers: field.values })
        return true
      case 'decimal': {
        const { min, max, decimals } = field
        const one = Number(`1e${decimals}`)
        this.#step('decimal', { place, min: min * one, max: max * one, decimals })
        return true
      }
      case 'flag':
        this.#step('flag', { place })
        return true
      case 'choice':
        this.#step('choice', { place, texts: closed(field.values) }, '"')
        return true
      case 'choices':
        this.#step('choices', { place, min: field.min, max: field.max, texts: closed(field.values) }, '["')
        return true
    }
  }

  #id(pattern: string): boolean {
    const entity = ENTITIES.find(({ form }) => form.source === pattern)
    const { agent } = this.#type.entity
    if (entity === undefined || !entity.agent.isNumbered) return false
    const isOwn = entity.agent.code === agent.code
    if (!(isOwn || entity === TUTOR)) return false
    const [prefix = '', told] = entity.isDated ? entity.id(AGENT, TOLD).split(TOLD) : []
    if (entity.isDated) this.#step('told', {}, `"${prefix}`, textBefore(told ?? '', AGENT))
    else this.#rest += `"${textBefore(entity.id(AGENT, TOLD), AGENT)}`
    this.#step(isOwn ? 'agent' : 'tutor', {}, '', '"')
    return true
  }

  /** @param before and @param behind: text around the value */
  #step(read: keyof typeof Read, more: Partial<Step>, before = '', behind = ''): void {
    const { place = 0, min = 0, max = 0, decimals = 0, numbers = [], texts = [] } = more
    const value = { before: text(this.#rest + before), read: Read[read], place, min, max, decimals, numbers, texts }
    this.#steps.push(value)
    this.#rest = behind
  }
}

/** By the place of the type. */
export const LINE_FORMS: readonly (LineForm | undefined)[] = eventTypes.map((type) => new Form(type).line())

function closed(values: readonly string[]): Text[] {
  return values.map((value) => text(JSON.stringify(value).slice(1)))
}

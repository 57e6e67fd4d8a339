// What a request may say, as schemas: they check it, and the description of the interface is made of them.

import * as z from 'zod'
import { DAY, TIME_END } from '../../engine/index.ts'
import { EVENT_TYPES, REGIONS, SUBJECTS } from '../../model/index.ts'
import { SPEED_MAX } from './clock.ts'
import { ZONES, type ZoneName } from './days.ts'

const instant = z.coerce.number().min(-TIME_END).max(TIME_END)
const flag = z.enum(['0', '1']).transform((text) => text === '1')
const world = z.string().max(64).describe('name of a what-if; the world itself')
const zone = z.enum(Object.keys(ZONES) as [ZoneName, ...ZoneName[]]).default('eastern')
const person = z.string().regex(/^(stu|tut)_[1-9]\d{2,9}$/, 'not stu_… or tut_…')
const at = instant.describe('milliseconds since 1970; the present').optional()
const PAGE_MAX = 500

export const placed = z.object({ world: world.optional(), at, zone, lines: flag.optional(), feed: flag.optional() })
export const spanned = z.object({
  world: world.optional(),
  metrics: z
    .string()
    .min(1)
    .max(4000)
    .transform((text) => text.split(','))
    .describe('names with commas between, see /api/metrics'),
  from: instant.optional().describe('milliseconds since 1970; seven days before `to`'),
  to: instant.optional().describe('milliseconds since 1970; the present'),
  step: z.enum(['hour', 'day']).default('hour'),
  zone,
  format: z.enum(['json', 'csv']).default('json'),
})
export const fed = z.object({
  world: world.optional(),
  before: z
    .union([
      z
        .string()
        .regex(/^\d{1,10}:\d{1,10}$/)
        .transform((text) => {
          const [tick = 0, events = 0] = text.split(':').map(Number)
          return { tick, events }
        }),
      instant,
    ])
    .optional()
    .describe('an instant, or `next` of the page before; the present'),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(50),
  type: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(EVENT_TYPES as [(typeof EVENT_TYPES)[number], ...(typeof EVENT_TYPES)[number][]])))
    .optional(),
  person: person.optional(),
  subject: z.enum(SUBJECTS).optional(),
  region: z.enum(REGIONS).optional(),
})
export const shown = z.object({ world: world.optional(), at })
export const searched = z.object({ q: z.string().min(1).max(100), at })
export const streamed = z.object({ zone, view: flag.optional(), events: flag.optional() })
export const nothing = z.object({})

export const control = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('play') }),
  z.strictObject({ action: z.literal('pause') }),
  z.strictObject({ action: z.literal('speed'), speed: z.number().min(1).max(SPEED_MAX) }),
  z.strictObject({ action: z.literal('step'), ticks: z.int().min(1).max(1000).default(1) }),
  z.strictObject({ action: z.literal('jump'), at: z.number() }),
])
export const whatIf = z.strictObject({
  at: z.number().min(-TIME_END).max(TIME_END),
  input: z.record(z.string(), z.unknown()).nullable().describe('null: without what was changed from there on'),
  name: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'not a name of 1 to 64 letters, digits, _ . -')
    .optional(),
})
export const tale = z.strictObject({ scenario: z.string().min(1).max(64) })
export const tokenGiven = z.strictObject({ token: z.string().min(1).max(1000) })

/** How far ahead a jump may go: it is lived at full speed while everybody waits. */
export const JUMP_MAX = 90 * DAY

// The types of events, each described in a file of its own, and what follows from all of them together. To add one: describe
// it, list it here, and give the checker a case for it; `npm run schemas` then writes its JSON Schema.

import type { EventOf } from '../../engine/index.ts'
import { customerHealthUpdate } from './customer-health-update.ts'
import type { MarketplaceEventType } from './descriptor.ts'
import { ibCallLogged } from './ib-call-logged.ts'
import { sessionCompleted } from './session-completed.ts'
import { sessionStarted } from './session-started.ts'
import { supplyDemandUpdate } from './supply-demand-update.ts'
import { tutorAvailabilityUpdated } from './tutor-availability-updated.ts'

export type { CustomerHealthUpdate } from './customer-health-update.ts'

import { type Digits, eventIdOf, instantIn } from './entities.ts'
import { Cause } from './row.ts'

export { entityNamed, FIRST_STUDENT, FIRST_TUTOR, instantIn } from './entities.ts'
export type { IbCallLogged } from './ib-call-logged.ts'
export type { SessionCompleted } from './session-completed.ts'
export type { SessionStarted } from './session-started.ts'
export type { SupplyDemandUpdate } from './supply-demand-update.ts'
export type { TutorAvailabilityUpdated } from './tutor-availability-updated.ts'
export * from './vocabulary.ts'

/** A type's place here is the number that rows keep it by. */
const types = [
  sessionStarted,
  sessionCompleted,
  ibCallLogged,
  tutorAvailabilityUpdated,
  customerHealthUpdate,
  supplyDemandUpdate,
] as const

/** One fact, discriminated on `event_type`. */
export type Event = EventOf<(typeof types)[number]>

/** Name of a type of event. */
export type EventType = Event['event_type']

/** The types by the number that rows keep them by. */
export const eventTypes: readonly (MarketplaceEventType & { readonly name: EventType })[] = types

export const EVENT_TYPES: readonly EventType[] = types.map(({ name }) => name)

const BY_NAME = Object.fromEntries(eventTypes.map((type) => [type.name, type])) as Record<
  EventType,
  MarketplaceEventType
>

/** The type of an event. */
export function typeOf({ event_type }: Pick<Event, 'event_type'>): MarketplaceEventType {
  return BY_NAME[event_type]
}

/** What stands in an id in the place of what happened, where nothing did: a target that is new is told what stands. */
const OPENING = 'opening'

/** Whether an event tells what stood when the delivery to its target began. */
export function isOpening({ event_id }: Partial<Pick<Event, 'event_id'>>): boolean {
  return event_id?.includes(`.${OPENING}.`) ?? false
}

/**
 * The `event_id` of a type of event.
 * @param instant the one that the entity's id tells, or else the event's own @param cause as rows say it
 */
export function eventId({ entity, what }: MarketplaceEventType, agent: Digits, instant: Digits, cause: number): string {
  return eventIdOf(entity, entity.id(agent, instant), cause === Cause.standing ? OPENING : what, instant)
}

type Body = Pick<Event, 'event_type' | 'payload'>

/**
 * The `event_id` that an event's own content calls for: the id of what it is of, what happened to it, and the instant
 * where that id does not tell it; entities.ts has the forms.
 *
 * @param event with its id, where it may be one that tells what stands: nothing else in it says so
 * @param instant the payload's timestamp in milliseconds since 1970
 */
export function naturalKey(event: Body & Partial<Pick<Event, 'event_id'>>, instant: number): string {
  return keyOf(event, instant, isOpening(event))
}

/** @param standing whether it tells what stands */
export function keyOf({ event_type, payload }: Body, instant: number, standing: boolean): string {
  const { entity, what } = BY_NAME[event_type]
  return eventIdOf(entity, entity.idIn(payload as never), standing ? OPENING : what, instant)
}

/** The form of every `event_id`. */
export const EVENT_ID = new RegExp(
  eventTypes
    .map(({ entity, what, causes }) => {
      const happened = causes.includes(Cause.standing) ? `(${what}|${OPENING})` : what
      return `^${entity.form.source.slice(1, -1)}\\.${happened}${entity.isDated ? '' : '\\.\\d+'}$`
    })
    .join('|'),
)

/** When an event happened by its ids, whatever its timestamp says; NaN where they do not tell. */
export function instantByIds({ event_id, event_type, payload }: Event): number {
  const { entity, lasting } = BY_NAME[event_type]
  const instant = instantIn(entity.isDated ? entity.idIn(payload as never) : event_id)
  return lasting === undefined ? instant : instant + lasting(payload as never)
}

/** What keeps the events of one student, tutor or market in order. */
export function partitionKeyOf({ event_type, payload }: Pick<Event, 'event_type' | 'payload'>): string {
  return BY_NAME[event_type].entity.agent.keyIn(payload as never)
}

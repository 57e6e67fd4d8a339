// What an event's id names: whose event it is, and when it happened.

import { MINUTE, OptionError } from '../../engine/index.ts'
import { digitsIn, FIRST_STUDENT, FIRST_TUTOR, MARKET, marketNumber, placesOf } from '../events/entities.ts'
import { eventTypes, instantIn, isOpening, REGIONS, type Region, SUBJECTS } from '../events/index.ts'
import { studentNumbers, tutorNumbers } from '../state/numbering.ts'
import type { Who } from './listener.ts'

export interface Target {
  who: Who
  /** The event comes no earlier, and before the second. */
  from: number
  until: number
}

/** No session is under way for longer, from its start to its end. */
const SESSION_MOST = 96 * MINUTE

/** @throws OptionError where it is no event's id */
export function targetOf(eventId: string): Target {
  const wrong = (rule: string): OptionError => new OptionError({ option: 'event_id', rule, value: eventId })
  if (typeof eventId !== 'string') throw wrong('the event_id of an event')
  if (isOpening({ event_id: eventId }))
    throw wrong('it tells a target what stood when its delivery began: nothing led to it')
  for (const { entity, what } of eventTypes) {
    const [, id = '', instant] = /^(.+?)\.(\d+)$/.exec(eventId) ?? [undefined, eventId]
    if (!id.endsWith(`.${what}`) || entity.isDated !== (instant === undefined)) continue
    const of = id.slice(0, -what.length - 1)
    if (!entity.form.test(of)) continue
    const from = instantIn(eventId.slice(0, entity.isDated ? of.length : undefined))
    return { who: whoIs(entity.agent.name, of), from, until: from + 1 + (what === 'completed' ? SESSION_MOST : 0) }
  }
  throw wrong('not the event_id of an event, such as sess_1767607200000_1042.completed')
}

/** @param id of a market, student or tutor, as `kind` says */
export function whoIs(kind: Who['kind'], id: string): Who {
  if (kind === 'market') {
    const [, region = '', subject = ''] = MARKET.form.exec(id) ?? []
    const [place, taught] = [
      REGIONS.indexOf(region as Region),
      SUBJECTS.findIndex((name) => name.replace(' ', '-') === subject),
    ]
    return { kind, number: marketNumber(place, taught), region: place }
  }
  const number = Number(digitsIn(id))
  if (kind === 'student') return { kind, number, region: studentNumbers.locate(number - FIRST_STUDENT).group }
  return { kind, number, region: placesOf(tutorNumbers.locate(number - FIRST_TUTOR).group).region }
}

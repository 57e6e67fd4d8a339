// The figures that a world lives by, as its rules read them: made of settings once, when the world is born or loaded, and anew
// where a setting is changed. Worlds with different settings live beside one another, so no table of a module depends on one.

import { type CallFigures, callFigures } from './calls.ts'
import { type GivenFigures, GROUPS } from './catalogue.ts'
import { type PeopleClock, peopleClock } from './clock.ts'
import { type Group, isDefinition, isWeights, type Values } from './definition.ts'
import { type GrowthFigures, growthFigures } from './growth.ts'
import { type MarketFigures, marketFigures } from './markets.ts'
import { type PeopleFigures, peopleFigures } from './people.ts'
import { type SessionFigures, sessionFigures } from './sessions.ts'
import { type ShockFigures, shockFigures } from './shocks.ts'
import { type SlotFigures, slotFigures } from './slots.ts'
import { type TutorFigures, tutorFigures } from './tutors.ts'

export interface Figures {
  readonly people: PeopleFigures
  readonly growth: GrowthFigures
  readonly sessions: SessionFigures
  readonly slots: SlotFigures
  readonly tutors: TutorFigures
  readonly calls: CallFigures
  readonly markets: MarketFigures
  readonly shocks: ShockFigures
  readonly clock: PeopleClock
}

const made = new WeakMap<GivenFigures, Figures>()

/** @param given what is not as by default, and valid; the regions of a world that share it share the figures too */
export function figuresOf(given: GivenFigures = AS_BY_DEFAULT): Figures {
  const known = made.get(given)
  if (known) return known
  const values = valuesIn('', GROUPS, given) as Values<typeof GROUPS>
  const people = peopleFigures(values.people)
  const clock = peopleClock(values.clock)
  const figures = {
    people,
    growth: growthFigures(values.growth),
    sessions: sessionFigures(values.sessions),
    slots: slotFigures(values.slots),
    tutors: tutorFigures(values.tutors, people),
    calls: callFigures(values.calls, clock),
    markets: marketFigures(values.markets),
    shocks: shockFigures(values.shocks),
    clock,
  }
  made.set(given, figures)
  return figures
}

const AS_BY_DEFAULT: GivenFigures = {}

/** Figures of a world that was born without settings of its own. */
export const standardFigures = figuresOf()

/** Values of a group's settings, as they are nested. */
function valuesIn(prefix: string, group: Group, given: GivenFigures): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(group).map(([part, content]) => {
      const name = `${prefix}${part}`
      if (isDefinition(content)) return [part, given[name] ?? content.default]
      return [part, valuesIn(`${name}.`, isWeights(content) ? content.weights : content, given)]
    }),
  )
}

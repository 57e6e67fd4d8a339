// Why an event happened, down to the rules that decided it: what `tutorsim explain` tells, and a sentence for each rule.

import { OperationalError } from '../../engine/index.ts'
import { explainKept, type RuleTold } from '../../model/index.ts'
import type { Chronicle } from './chronicle.ts'
import type { Explained } from './shapes.ts'

type Why = Omit<Explained, 'chain' | 'names'>

/** @param at when the event happened */
export async function whyOf(chronicle: Chronicle, eventId: string, at: number): Promise<Why> {
  const log = chronicle.logAt(chronicle.tickAt(at))
  const head = await log.readHead()
  if (!head) return untold('the world was deleted meanwhile')
  try {
    const { chain, complete } = await explainKept(log, head, eventId)
    const steps = chain.map((step) => ({ ...step }))
    const reasons = steps[0]?.rules.map((rule) => ({ sentence: sentenceOf(rule) })) ?? []
    return { reasons, steps, complete, line: null }
  } catch (error) {
    // The chain of events is known all the same.
    if (error instanceof OperationalError) return untold(error.message)
    throw error
  }
}

function untold(line: string): Why {
  return { reasons: [], steps: [], complete: false, line }
}

/** `a call after a bad session: chance 12 %; the student's mood 1.4, winter 1.1; felt snow.west.2026-01-24`. */
function sentenceOf({ says, chance, because, shocks, interventions }: RuleTold): string {
  const odds = chance === null || chance === 1 ? [] : [`chance ${figure(100 * chance)} %`]
  const parts = because.map(({ says: why, value }) => `${why} ${figure(value)}`)
  const told = [
    ...(parts.length > 0 ? [[...odds, ...(odds.length > 0 ? ['from'] : []), parts.join(', ')].join(' ')] : odds),
    ...(shocks.length > 0 ? [`felt ${shocks.join(', ')}`] : []),
    ...interventions.map(({ says: what }) => `intervention: ${what}`),
  ]
  return told.length === 0 ? says : `${says}: ${told.join('; ')}`
}

/** Three digits that tell. */
function figure(value: number): string {
  return Number(value.toPrecision(3)).toString()
}

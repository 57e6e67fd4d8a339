// `tutorsim explain`: what led to an event of a stored world: a chain from it to what no event led to, rule by rule.

import { OptionError } from '../../engine/index.ts'
import { type Explanation, explainKept, type RuleTold, type Step, targetOf } from '../../model/index.ts'
import { named, withStore, worldIn } from '../terminal/store.ts'
import { UsageError } from '../terminal/usage.ts'

export interface ExplainOptions {
  store: string
  world: string
  json?: boolean
}

/** @returns the exit code */
export function explain(eventId: string, { store: name, world, json }: ExplainOptions): Promise<number> {
  try {
    // Before the store is looked for.
    targetOf(eventId)
  } catch (error) {
    throw inOneLine(eventId, error)
  }
  return withStore(name, 'read', async (store) => {
    const { log, head } = await worldIn(store, world)
    const explanation = await named(world, () => explainKept(log, head, eventId)).catch((error) => {
      throw inOneLine(eventId, error)
    })
    process.stdout.write(json ? `${JSON.stringify(explanation)}\n` : inWords(explanation))
    return 0
  })
}

/** The event's id is no option of the command. */
function inOneLine(eventId: string, error: unknown): unknown {
  return error instanceof OptionError ? new UsageError(`${eventId}: ${error.rule}`) : error
}

function inWords({ chain, complete, history_begins }: Explanation): string {
  const lines = chain.flatMap((step, depth) => linesOf(step, depth))
  if (!complete) lines.push(`what led to it is before ${history_begins}, where the history that is kept begins`)
  return `${lines.join('\n')}\n`
}

/** Each step stands further to the right than what it led to. */
function linesOf({ event, event_id, at, says, rules, besides }: Step, depth: number): string[] {
  const indent = '  '.repeat(depth)
  const arrow = depth === 0 ? '' : '← '
  const lines = [`${indent}${arrow}${[minuteOf(at), says, event_id].filter((part) => part !== null).join('  ')}`]
  const under = `${indent}    `
  if (event) lines.push(`${under}${pairs(detailsOf(event.payload))}`)
  for (const rule of rules) lines.push(...ruleLines(rule).map((line) => `${under}${line}`))
  if (besides.length > 0) lines.push(`${under}and then`)
  for (const rule of besides) lines.push(...ruleLines(rule).map((line) => `${under}  ${line}`))
  return lines
}

function ruleLines({
  says,
  cause,
  chance,
  drawn,
  happened,
  because,
  state,
  shocks,
  interventions,
}: RuleTold): string[] {
  const numbered = cause === null ? '' : ` (cause ${cause})`
  const odds =
    chance === null || drawn === null
      ? ''
      : `: ${state.outcome ?? (happened ? 'yes' : 'no')}, chance ${figure(chance)}, drawn ${figure(drawn)}`
  const lines = [`${says}${numbered}${odds}`]
  for (const { says: why, cause: of, value } of because)
    lines.push(`  ${figure(value).padStart(7)}  ${why}${of === null ? '' : ` (cause ${of})`}`)
  if (Object.keys(state).length > 0) lines.push(`  ${pairs(state)}`)
  if (shocks.length > 0) lines.push(`  felt: ${shocks.join(', ')}`)
  for (const { kind, size, from, until: to } of interventions)
    lines.push(
      `  intervention: ${kind} ${figure(size)}, from ${minuteOf(from)}${to === null ? '' : ` to ${minuteOf(to)}`}`,
    )
  return lines
}

/** As a payload has it, but for what the line above says. */
function detailsOf({ timestamp: _, source: __, ...details }: Record<string, unknown>): Record<string, unknown> {
  return details
}

function pairs(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

function minuteOf(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)}`
}

/** Three digits that tell. */
function figure(value: number): string {
  return Number(value.toPrecision(3)).toString()
}

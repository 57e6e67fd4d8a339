// The scenarios that `--scenario` names, and how a world takes them.

import { existsSync } from 'node:fs'
import { type Host, LocalSimulation, nearest, OptionError, recover, type TickLog } from '../../engine/index.ts'
import {
  checkIntervention,
  type InterventionInput,
  KINDS,
  model,
  resolve,
  type Scenario,
  type Settings,
} from '../../model/index.ts'
import { builtIn, CATALOGUE, type Named, named, onWire, STRENGTHS, type Strength } from '../../model/scenarios/index.ts'
import { readScenario } from './scenariofile.ts'

/** An input that a world takes. */
interface Intervening {
  readonly intervene: InterventionInput
}

/** @param named built-in names, each with its strength behind a colon if you like, or files @throws OptionError of one line */
export async function scenariosNamed(named: readonly string[]): Promise<Scenario[]> {
  const scenarios: Scenario[] = []
  for (const text of named) scenarios.push(builtInNamed(text) ?? (await readScenario('scenario', fileNamed(text))))
  for (const [place, { name }] of scenarios.entries())
    if (scenarios.findIndex((other) => other.name === name) < place)
      throw new OptionError({ option: 'scenario', rule: 'each scenario once', value: name })
  return scenarios
}

function builtInNamed(text: string): Scenario | undefined {
  const [name = '', strength = 'severe', ...more] = text.split(':')
  if (!CATALOGUE.some((one) => one.name === name)) return undefined
  if (more.length > 0 || !STRENGTHS.includes(strength as Strength))
    throw new OptionError({
      option: 'scenario',
      rule: `${name}, or ${name}:${STRENGTHS.join(` or ${name}:`)}`,
      value: text,
    })
  return builtIn(name, strength as Strength)
}

/** What is no built-in name is a file; where there is none, a name was probably meant. */
function fileNamed(text: string): string {
  if (existsSync(text) || /[./\\]/.test(text)) return text
  const names = CATALOGUE.map(({ name }) => name)
  const meant = nearest(text, names)
  const rule = meant ? `there is none; is ${meant} meant?` : `a file, or one of ${names.join(', ')}`
  throw new OptionError({ option: 'scenario', rule, value: text })
}

/** What scenarios do to the world, in their order. */
export function inputsOf(scenarios: readonly Scenario[]): Intervening[] {
  return scenarios.flatMap(({ name, interventions }) =>
    interventions
      .filter(({ kind }) => KINDS[kind].on === 'world')
      .map((one) => ({ intervene: { ...one, scenario: name } })),
  )
}

/** What scenarios do to events on their way, as long as a run is told of them. @param start of the world */
export function onWireOf(scenarios: readonly Scenario[], start: number): Named[] {
  return onWire(named(scenarios.flatMap(({ interventions }) => interventions.map((one) => resolve(one, start, start)))))
}

/** Whether all of it can still come in a world that is to be born. @throws OptionError */
export function checkTimes(scenarios: readonly Scenario[], { start }: Settings): void {
  for (const { name, interventions } of scenarios)
    for (const [place, one] of interventions.entries())
      try {
        if (KINDS[one.kind].on === 'world') checkIntervention(one, start, start, `interventions[${place}]`)
        else resolve(one, start, start, `interventions[${place}]`)
      } catch (error) {
        if (!(error instanceof OptionError)) throw error
        throw new OptionError({ option: 'scenario', rule: error.message, value: name }, { cause: error })
      }
}

/**
 * Puts scenarios into a world at its birth, before its first tick; one that has taken them is the world that was asked for.
 * @param log of a kept world
 * @returns what it takes now
 * @throws OptionError where it has lived without one
 */
export async function takeScenarios(
  host: Pick<Host, 'take' | 'tick'>,
  scenarios: readonly Scenario[],
  log: TickLog | undefined,
): Promise<Intervening[]> {
  const inputs = inputsOf(scenarios)
  if (inputs.length === 0) return []
  const isTaken = await takenBy(log)
  const fresh = inputs.filter(({ intervene }) => !isTaken(intervene))
  const [missing] = fresh
  if (missing && host.tick > 0)
    throw new OptionError({
      option: 'scenario',
      rule: `the world was born without it and is at tick ${host.tick}; take another --world, or tutorsim intervene for what is to come`,
      value: missing.intervene.scenario,
    })
  for (const input of fresh) await host.take(input)
  return fresh
}

/** Tells of an intervention whether a kept world has taken it: its state has it, or it waits at HEAD. */
async function takenBy(log: TickLog | undefined): Promise<(one: InterventionInput) => boolean> {
  const head = await log?.readHead()
  if (!log || !head || head.positions === 0) return () => false
  const waiting = head.inputs.map(({ input }) => JSON.stringify((input as Partial<Intervening>).intervene))
  const now = new LocalSimulation(model)
  await recover(log, now, head, head.tick)
  const { start } = head.settings as Settings
  return (one) => {
    const intervention = resolve(one, start, start)
    return waiting.includes(JSON.stringify(one)) || now.held.shards.every((shard) => shard.hasTaken(intervention))
  }
}

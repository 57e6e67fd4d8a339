// `tutorsim fork`: a new world from an old tick of another, and `tutorsim set`: a change from the next tick on.

import { randomUUID } from 'node:crypto'
import {
  fork as forkWorld,
  type Head,
  Host,
  LocalSimulation,
  nearest,
  OptionError,
  type TickLog,
} from '../../engine/index.ts'
import {
  BASICS,
  figuresAfter,
  type Input,
  isOfSettings,
  model,
  type Settings,
  SettingsError,
  SIZE_NAMES,
  settingByName,
} from '../../model/index.ts'
import { realMachine } from '../../sinks/index.ts'
import { worldName } from '../terminal/plan.ts'
import { named, standOf, withStore, worldIn } from '../terminal/store.ts'
import { UsageError } from '../terminal/usage.ts'

/** @param from `WORLD@TICK`, or `WORLD` as it is now @returns the exit code */
export function fork(
  from: string,
  { as, set: assignments = [], store: text }: { as: string; set?: string[]; store: string },
): Promise<number> {
  const [, world = '', digits] = /^([\w.-]{1,64})(?:@(\d{1,10}))?$/.exec(from) ?? []
  if (world === '') throw new UsageError(`${from}: not WORLD@TICK, such as default@96, nor WORLD`)
  const name = worldName(as)
  const inputs = inputsOf(assignments)
  return withStore(text, 'change', async (store) => {
    const { head } = await worldIn(store, world)
    const tick = digits === undefined ? head.tick : Number(digits)
    if (await store.world(name).readHead())
      throw new OptionError(
        { option: 'as', rule: 'there is such a world already', value: name },
        { code: 'WORLD_EXISTS' },
      )
    // Before there is a fork: a change that cannot be made leaves nothing behind.
    for (const input of inputs) checkInput(input, head.settings as Settings, tick)
    const [origin, to] = [store.world(world), store.world(name)]
    await named(world, () => forkWorld(origin, tick, to, new LocalSimulation(model), randomUUID(), Date.now(), inputs))
    const change = inputs.length > 0 ? `, with ${assignments.join(' ')}` : ''
    process.stderr.write(`world ${name} is world ${world} as it was before tick ${tick}${change}\n`)
    return 0
  })
}

/** @param assignments `students=3000`, `calls.per_100_sessions=8` @returns the exit code */
export function set(
  world: string,
  assignments: readonly string[],
  { store: text }: { store: string },
): Promise<number> {
  worldName(world)
  const inputs = inputsOf(assignments)
  return withStore(text, 'change', async (store) => {
    const { log, head } = await worldIn(store, world)
    // Before one is taken: of changes that cannot all be made none is.
    for (const input of inputs) checkInput(input, head.settings as Settings, head.tick)
    await checkTogether(inputs, log, head)
    const host = await named(world, () => Host.open({ model, log, machine: realMachine() }))
    try {
      let tick = head.tick
      for (const input of inputs) ({ tick } = await named(world, () => host.take(input)))
      process.stderr.write(`world ${world}: ${assignments.join(' ')} from tick ${tick} on\n`)
      return 0
    } catch (error) {
      throw error instanceof SettingsError ? new UsageError(error.message) : error
    }
  })
}

/** With what has been changed since the birth. @throws UsageError where figures do not go together */
async function checkTogether(inputs: readonly Input[], log: TickLog, head: Head): Promise<void> {
  if (!inputs.some(isOfSettings)) return
  let { figures } = await standOf(log, head)
  try {
    for (const input of inputs) if (isOfSettings(input)) figures = figuresAfter(figures, input)
  } catch (error) {
    throw error instanceof SettingsError ? new UsageError(error.message) : error
  }
}

/** @throws UsageError where an input breaks a rule */
function checkInput(input: Input, settings: Settings, tick: number): void {
  try {
    model.checkInput(input, settings, settings.start + tick * settings.tickMilliseconds)
  } catch (error) {
    throw error instanceof SettingsError ? new UsageError(error.message) : error
  }
}

/**
 * What is assigned, as inputs: a new size, and new figures. What can be set, and how often, is for the model to say.
 * @throws UsageError
 */
function inputsOf(assignments: readonly string[]): Input[] {
  const sizes = new Map<string, number>()
  const figures = new Map<string, number>()
  for (const assignment of assignments) {
    const [, name = '', value] = /^([^=]+)=(-?\d+(?:\.\d+)?)$/.exec(assignment) ?? []
    refuseBasic(assignment)
    if (name === '') throw new UsageError(`${assignment}: not a name and a number, such as students=4000`)
    if (sizes.has(name) || figures.has(name)) throw new UsageError(`${assignments.join(' ')}: ${name} is set twice`)
    const isSize = SIZE_NAMES.includes(name) || (!settingByName.has(name) && nearest(name, SIZE_NAMES) !== undefined)
    ;(isSize ? sizes : figures).set(name, Number(value))
  }
  return [
    ...(sizes.size > 0 ? [Object.fromEntries(sizes) as unknown as Input] : []),
    ...(figures.size > 0 ? [{ settings: Object.fromEntries(figures) }] : []),
  ]
}

/** What a world is born with is not to be had by an assignment. @throws UsageError */
function refuseBasic(assignment: string): void {
  const [name] = assignment.split('=')
  if (SIZE_NAMES.includes(name as string) || !BASICS.some((basic) => basic.name === name)) return
  throw new UsageError(`${assignment}: a world is born with its ${name}, take another world`)
}

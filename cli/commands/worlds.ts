// `tutorsim worlds`: the worlds in a store, what is still to be delivered of them, and what was refused.

import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import {
  type Audit,
  audit,
  counted,
  deleteWorld,
  formatInstant,
  type Head,
  identityOf,
  keptFrom,
  LocalSimulation,
  OptionError,
  type PastTicks,
  type Store,
  StoreError,
  type TickLog,
} from '../../engine/index.ts'
import { inputFor, model, type Settings, type SettingsInput } from '../../model/index.ts'
import { TargetError, targetName } from '../../sinks/index.ts'
import { worldName } from '../terminal/plan.ts'
import { type Stand, standAt, standRead, withStore, worldIn } from '../terminal/store.ts'
import { lineOf } from '../terminal/usage.ts'
import { backlogOf, type TargetView } from './backlog.ts'
import { parked, type RequeueOptions, requeue } from './parked.ts'

export interface WorldsOptions extends RequeueOptions {
  store: string
  world?: string
  json?: boolean
  verify?: boolean
  parked?: boolean
  requeue?: boolean
  forget?: string
  delete?: string
  yes?: boolean
}

/** So many settings are told on a line. */
const DIFFERING_MAX = 8

interface WorldView {
  world: string
  /** What its events' keys begin with. */
  id: string
  tick: number
  /** There is history from this tick on. */
  kept_from: number
  now: string
  students: number
  tutors: number
  backlog: number
  digest: string
  seed: string
  /** Seed and size, and of the others those that are not as by default. */
  settings: SettingsInput
  targets: TargetView[]
  verified?: boolean
  /** Ticks that only rules of an older model could lead to. */
  past?: PastTicks[]
  problem?: string
}

/** @returns the exit code: 1 where a world is damaged */
export function worlds(options: WorldsOptions): Promise<number> {
  const changes = options.delete !== undefined || options.requeue || options.forget !== undefined
  return withStore(options.store, changes ? 'change' : 'read', async (store) => {
    if (options.delete !== undefined) return remove(store, options.delete, options.yes ?? false)
    const names = options.world === undefined ? await store.worlds() : [options.world]
    for (const name of names) await worldIn(store, name)
    if (options.requeue) return requeue(store, names, options)
    if (options.parked) return parked(store, names, options.json ?? false)
    if (options.forget !== undefined) return forget(store, names, options.forget)
    return list(store, names, options)
  })
}

async function list(store: Store, names: readonly string[], { json, verify }: WorldsOptions): Promise<number> {
  const views: WorldView[] = []
  for (const name of names) views.push(await view(store, name, verify ?? false))
  const damaged = views.some(({ problem }) => problem !== undefined)
  if (json) process.stdout.write(`${JSON.stringify({ worlds: views })}\n`)
  else if (views.length === 0) process.stderr.write('no worlds yet: tutorsim run makes one\n')
  else for (const line of table(views)) process.stdout.write(`${line}\n`)
  for (const { world, problem, past = [], settings } of views) {
    if (!json) for (const line of differing(world, settings)) process.stdout.write(`${line}\n`)
    if (problem !== undefined) process.stderr.write(`world ${world}: ${problem}\n`)
    for (const { modelVersion, from, until } of past)
      process.stderr.write(
        `world ${world}: ticks ${from} to ${until - 1} are of model ${modelVersion}: records and checkpoints are verified, ` +
          'its rules are not here to simulate them again\n',
      )
  }
  return damaged ? 1 : 0
}

async function view(store: Store, world: string, verify: boolean): Promise<WorldView> {
  const { log, head } = await worldIn(store, world)
  const { seed, start, tickMilliseconds } = head.settings as Settings
  const { id } = identityOf(world, new LocalSimulation(model), head)
  const now = formatInstant(start + head.tick * tickMilliseconds)
  const shown = {
    world,
    id,
    tick: head.tick,
    kept_from: await keptFrom(log),
    now,
    seed,
    settings: inputFor(head.settings as Settings),
  }
  try {
    const stand = await (verify ? standRead : standAt)(log, head)
    const { students, tutors, digest } = stand
    const targets: TargetView[] = []
    for (const [target, cursor] of await log.cursors()) targets.push(await backlogOf(log, head, target, cursor))
    const past = verify ? (await verified(log, head, stand)).past : []
    const backlog = targets.reduce((sum, one) => sum + one.backlog, 0)
    const settings = inputFor(settingsIn(head.settings as Settings, stand))
    const counts = { students, tutors, settings, backlog, digest, targets }
    return { ...shown, ...counts, ...(verify ? { verified: true, past } : {}) }
  } catch (error) {
    const problem = lineOf(error)
    return { ...shown, students: 0, tutors: 0, backlog: 0, digest: '', targets: [], verified: false, problem }
  }
}

/** The whole of it, and that HEAD tells of the state what that is. @throws StoreError */
async function verified(log: TickLog, head: Head, { digest }: Stand): Promise<Audit> {
  if (head.rest?.hash === head.hash && head.rest.digest !== digest)
    throw new StoreError(`HEAD tells of a state of digest ${head.rest.digest}, and its log leads to ${digest}`)
  return audit(log, head, new LocalSimulation(model))
}

/** As the world was born, with the size and the figures that are in force. */
function settingsIn({ figures: _, ...born }: Settings, { figures, targets }: Stand): Settings {
  const students = targets.reduce((sum, target) => sum + target, 0)
  return { ...born, students, ...(figures ? { figures } : {}) }
}

/** What a world has that is not as by default; nothing of seed and size, which the table has. */
function differing(world: string, { seed: _, students: __, calendar, ...others }: SettingsInput): string[] {
  const own = Object.entries(others).map(([name, value]) => `${name}=${value}`)
  if (calendar) own.unshift(`calendar=${calendar.name ?? 'its own'}`)
  const [shown, left] = [own.slice(0, DIFFERING_MAX), own.length - DIFFERING_MAX]
  const more = left > 0 ? ` and ${left} more, which --json has` : ''
  return own.length === 0 ? [] : [`  ${world}: ${shown.join(' ')}${more}`]
}

function table(views: readonly WorldView[]): string[] {
  const rows = views.map(({ digest, verified, problem, targets, ...view }) => {
    const { world, id, tick, kept_from, now, students, tutors, backlog } = view
    return [
      ...[
        world,
        id,
        String(tick),
        String(kept_from),
        now.slice(0, 16),
        String(students),
        String(tutors),
        String(backlog),
      ],
      ...[problem === undefined ? digest.slice(0, 16) : 'damaged', verified ? 'verified' : '', longest(targets)],
    ]
  })
  const all = [['world', 'id', 'tick', 'kept from', 'now', 'students', 'tutors', 'backlog', 'digest', '', ''], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => (row[column] as string).length))) ?? []
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd(),
  )
}

/** The streams that have most to deliver. */
function longest(targets: readonly TargetView[]): string {
  return targets
    .filter(({ backlog }) => backlog > 0)
    .map(({ target, backlog, backlog_by_stream }) => {
      const streams = Object.entries(backlog_by_stream).sort(([, a], [, b]) => b - a)
      const shown = streams.slice(0, 3).map(([stream, events]) => `stream ${stream}: ${events}`)
      return `${target} ${backlog} (${shown.join(', ')}${streams.length > 3 ? ', …' : ''})`
    })
    .join('; ')
}

/** A target that is never used again would keep the log from being collected. */
async function forget(store: Store, names: readonly string[], to: string): Promise<number> {
  const target = forgettable(to)
  let known = 0
  for (const world of names) {
    const log = store.world(world)
    if (!(await log.readCursor(target))) continue
    await log.forget(target)
    known++
    process.stderr.write(`world ${world} lets go of ${target}\n`)
  }
  if (known === 0)
    throw new OptionError(
      { option: 'forget', rule: 'no world here is delivered to it', value: to },
      { code: 'TARGET_UNKNOWN' },
    )
  return 0
}

function forgettable(to: string): string {
  try {
    return targetName(to)
  } catch (error) {
    throw error instanceof TargetError
      ? new OptionError({ option: 'forget', rule: error.rule, value: error.value }, { cause: error })
      : error
  }
}

async function remove(store: Store, world: string, yes: boolean): Promise<number> {
  const { head, log } = await worldIn(store, worldName(world))
  if (!yes) {
    if (!process.stdin.isTTY)
      throw new OptionError({
        option: 'delete',
        rule: 'asks on a terminal only; --yes says so beforehand',
        value: world,
      })
    const terminal = createInterface({ input: process.stdin, output: process.stderr })
    const answer = await terminal.question(
      `Delete world ${world} with all of its ${counted(head.tick, 'tick')}? Type its name: `,
    )
    terminal.close()
    if (answer !== world) {
      process.stderr.write('nothing was deleted\n')
      return 1
    }
  }
  await deleteWorld(log, () => new LocalSimulation(model), randomUUID, Date.now())
  process.stderr.write(`deleted world ${world}\n`)
  return 0
}

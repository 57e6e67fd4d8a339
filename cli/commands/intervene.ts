// `tutorsim intervene`: changes something of a world for a time, in a place, from its next tick on or from a later instant; as
// options say, or with all that a scenario file has.

import { Host, OptionError } from '../../engine/index.ts'
import { checkIntervention, type InterventionInput, model, resolve, type Settings } from '../../model/index.ts'
import { realMachine } from '../../sinks/index.ts'
import { worldName } from '../terminal/plan.ts'
import { readScenario } from '../terminal/scenariofile.ts'
import { instantInWords } from '../terminal/spans.ts'
import { named, withStore, worldIn } from '../terminal/store.ts'
import { UsageError } from '../terminal/usage.ts'

/** As the command line gives them. */
export interface InterveneOptions {
  store: string
  file?: string
  kind?: string
  size?: number
  region?: string[]
  subject?: string[]
  share?: number
  id?: string[]
  reason?: string[]
  from?: string
  until?: string
  shape?: string
}

/** What an option says of an intervention. */
const PATHS: Readonly<Record<string, string>> = {
  region: 'where.region',
  subject: 'where.subject',
  share: 'where.share',
}

/** @returns the exit code @throws UsageError, OptionError of one line */
export async function intervene(world: string, options: InterveneOptions): Promise<number> {
  worldName(world)
  const { store: text, file } = options
  const interventions = file === undefined ? [interventionOf(options)] : await interventionsIn(file, options)
  return withStore(text, 'change', async (store) => {
    const { log, head } = await worldIn(store, world)
    const settings = head.settings as Settings
    const now = settings.start + head.tick * settings.tickMilliseconds
    // All of them can be taken, or none is.
    const resolved = interventions.map((one, place) =>
      asTaken(one, settings, now, file === undefined ? undefined : { file, place }),
    )
    const host = await named(world, () => Host.open({ model, log, machine: realMachine() }))
    try {
      for (const one of resolved) {
        const { tick } = await named(world, () => host.take({ intervene: one }))
        process.stderr.write(`world ${world}: ${inWords(one)}; taken with tick ${tick}\n`)
      }
      return 0
    } finally {
      await host.close()
    }
  })
}

/** The intervention that the options make. @throws UsageError */
function interventionOf({ kind, size, region, subject, share, id: ids, reason, from, until, shape }: InterveneOptions) {
  if (kind === undefined) throw new UsageError('--kind or --file: needed, tutorsim scenarios lists the kinds')
  if (size === undefined)
    throw new UsageError(`--size: needed, how much of ${kind}; tutorsim scenarios tells the units`)
  const where = present({ region, subject, share, ids })
  return present({ kind, size, from, until, shape, reason, where }) as unknown as InterventionInput
}

async function interventionsIn(file: string, { store: _, file: __, ...options }: InterveneOptions) {
  const [other] = Object.keys(options)
  if (other !== undefined) throw new UsageError(`--${other}: the file says all of it, leave --${other} or --file out`)
  return (await readScenario('file', file)).interventions
}

/** With its times resolved; where it says no begin, that stays open until it is taken. @throws OptionError */
function asTaken(
  intervention: InterventionInput,
  { start }: Settings,
  now: number,
  of?: { file: string; place: number },
): InterventionInput {
  try {
    checkIntervention(intervention, start, now)
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    const path = error.option.replace(/^intervention\.?/, '')
    if (of)
      throw new UsageError(`--file ${of.file}: ${error.as(`interventions[${of.place}].${path}`)}`, { cause: error })
    throw new OptionError({ option: optionOf(path), rule: error.rule, value: error.value }, { cause: error })
  }
  const { from, ...resolved } = resolve(intervention, start, now)
  return intervention.from === undefined ? resolved : { ...resolved, from }
}

/** The option that says what a part of an intervention says. */
function optionOf(path: string): string {
  if (path.startsWith('where.ids')) return 'id'
  const [option] = Object.entries(PATHS).find(([, part]) => path.startsWith(part)) ?? [path.replace(/\[.*$/, '')]
  return option
}

function inWords({ kind, size, where = {}, from, until, shape }: InterventionInput): string {
  const { region, subject, share, ids } = where
  const whom = [region, subject, share && `a share of ${share}`, ids].flat().filter((part) => part !== undefined)
  const times = [from, until].map((when) => (when === undefined ? undefined : instantInWords(when as number)))
  return [
    `${kind} ${size}`,
    ...(whom.length > 0 ? [`of ${whom.join(', ')}`] : []),
    times[0] === undefined ? 'at once' : `from ${times[0]}`,
    ...(times[1] === undefined ? [] : [`until ${times[1]}`]),
    ...(shape === undefined || shape === 'step' ? [] : [`as a ${shape}`]),
  ].join(' ')
}

function present(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

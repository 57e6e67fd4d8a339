// Draws a plot for each built-in scenario, with and without it, into docs/scenarios/, and writes their list into
// docs/scenarios.md.
//
//     npm run scenarios

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { allShards, DAY, HOUR, Shards } from '../engine/index.ts'
import { type InterventionInput, instantOf, KINDS, model, settingsFrom } from '../model/index.ts'
import { type BuiltIn, CATALOGUE } from '../model/scenarios/index.ts'
import { SERIES } from '../model/scenarios/metrics.ts'
import { SideBySide } from '../model/scenarios/side-by-side.ts'
import { windowsOf } from '../model/scoring/windows.ts'
import { drawn } from './plot.ts'

const [WITH, WITHOUT, WINDOW] = ['#c2703d', '#2a7f9e', '#c2a03d']
const settings = settingsFrom({ tick: '1h' })
/** Before the first intervention, and behind the last. */
const [DAYS_BEFORE, DAYS_BEHIND] = [7, 14]

/** The world at its start, which all of them share. */
const born = world((shards) => shards.bear(settings))
born.advance(settings.start)
const states = model.shardSizes.map((_, shard) => born.save(shard))

function world(begin: (shards: Shards<typeof settings, never>) => void) {
  const shards = new Shards(model, allShards(model), false)
  begin(shards as unknown as Shards<typeof settings, never>)
  return shards
}

const again = () =>
  world((shards) => {
    shards.load(settings, 0, model.version, states)
    shards.ready()
  })

/** Hourly counts of the series that show it best, with and without. */
function counted({ strengths, signature }: BuiltIn, days: number) {
  const [shown] = signature
  const names = shown === undefined ? ['sessions_started'] : seriesOf(shown)
  const cells = SERIES.filter(({ name }) => names.includes(name)).flatMap((series) => series.cells)
  const [told, twin] = [again(), again()]
  for (const intervene of strengths.severe.filter(({ kind }) => KINDS[kind].on === 'world')) told.take({ intervene })
  const pair = new SideBySide(
    model.shardSizes.length,
    () => undefined,
    () => undefined,
  )
  const sum = (counts: Int32Array): number => cells.reduce((all, cell) => all + (counts[cell] as number), 0)
  const hours: { at: number; with: number; without: number }[] = []
  for (let at = settings.start; at < settings.start + days * DAY; at += HOUR) {
    told.advance(at + HOUR)
    twin.advance(at + HOUR)
    pair.take(told.events(), twin.events())
    pair.until(at + HOUR)
    const common = sum(pair.common)
    hours.push({ at, with: common + sum(pair.onlyFirst), without: common + sum(pair.onlyOther) })
    pair.clear()
  }
  return { hours, what: shown === undefined ? names.join() : inWords(shown) }
}

/** Names of the series that are summed. */
function seriesOf({ metric, words, region }: BuiltIn['signature'][number]): string[] {
  return (words ?? ['']).flatMap((word) =>
    (region ?? ['']).map((place) => [metric, word, place].filter(Boolean).join('/')),
  )
}

function inWords({ metric, words, region }: BuiltIn['signature'][number]): string {
  return [metric.replaceAll('_', ' '), words?.join(', ').replaceAll('_', ' '), region?.join(', ')]
    .filter(Boolean)
    .join(', ')
}

function plotOf(scenario: BuiltIn): string {
  const ends = scenario.strengths.severe.map(({ until = '+28d' }) => instantOf(until, settings.start))
  const begins = scenario.strengths.severe.map(({ from = '+0d' }) => instantOf(from, settings.start))
  const last = Math.ceil((Math.max(...ends) - settings.start) / DAY) + DAYS_BEHIND
  const { hours, what } = counted(scenario, last)
  const first = Math.max(0, Math.floor((Math.min(...begins) - settings.start) / DAY) - DAYS_BEFORE)
  const isShort = Math.max(...ends) - Math.min(...begins) < DAY
  const [from, until] = isShort ? [Math.floor((Math.min(...begins) - settings.start) / DAY) - 2, 14] : [first, last]
  const step = isShort ? HOUR : DAY
  const shown = hours.filter(({ at }) => at >= settings.start + from * DAY && at < settings.start + until * DAY)
  const line = (key: 'with' | 'without') => {
    const values: number[] = []
    for (const hour of shown) {
      const place = Math.floor((hour.at - (shown[0]?.at as number)) / step)
      values[place] = (values[place] ?? 0) + hour[key]
    }
    return { from: shown[0]?.at as number, stepMilliseconds: step, values }
  }
  const differing = hours.filter((hour) => hour.with !== hour.without)
  return drawn({
    title: `${scenario.name}: ${what} ${isShort ? 'an hour' : 'a day'}`,
    start: settings.start,
    lines: [
      { name: 'without it', colour: WITHOUT as string, ...line('without') },
      { name: 'with it', colour: WITH as string, ...line('with') },
    ],
    bands: [
      {
        name: 'where it can be seen',
        colour: WINDOW as string,
        spans: windowsOf(differing)
          .map(
            ({ from: begin, to }) =>
              [
                Math.max(begin * HOUR, shown[0]?.at as number),
                Math.min(to * HOUR, settings.start + until * DAY),
              ] as const,
          )
          .filter(([begin, end]) => begin < end),
      },
    ],
  })
}

/** What a file of it would hold, in a table's cell. */
function interventionsOf(list: readonly InterventionInput[]): string {
  return list
    .map(({ kind, size, where, from, until, shape }) => {
      const share = where?.share === undefined ? undefined : `${100 * where.share} % of the people`
      const place = where && [where.region, where.subject, share, where.ids].flat().filter(Boolean).join(', ')
      return `\`${kind}\` ${size}${place ? ` (${place})` : ''}, ${from} to ${until}${shape ? `, ${shape}` : ''}`
    })
    .join('; ')
}

const folder = new URL('../docs/scenarios/', import.meta.url)
mkdirSync(folder, { recursive: true })
const parts: string[] = []
for (const scenario of CATALOGUE) {
  const isSeen = scenario.strengths.severe.some(({ kind }) => KINDS[kind].on === 'world')
  if (isSeen) writeFileSync(new URL(`${scenario.name}.svg`, folder), plotOf(scenario))
  parts.push(
    [
      `### ${scenario.name}`,
      scenario.sentence,
      ...(isSeen ? [`![${scenario.name}, with and without](scenarios/${scenario.name}.svg)`] : []),
      `Severe: ${interventionsOf(scenario.strengths.severe)}.\nMild: ${interventionsOf(scenario.strengths.mild)}.`,
    ].join('\n\n'),
  )
}
const [BEGIN, END] = ['<!-- npm run scenarios writes what follows -->', '<!-- … up to here -->']
const page = new URL('../docs/scenarios.md', import.meta.url)
const text = readFileSync(page, 'utf8')
writeFileSync(
  page,
  `${text.slice(0, text.indexOf(BEGIN) + BEGIN.length)}\n\n${parts.join('\n\n')}\n\n${text.slice(text.indexOf(END))}`,
)

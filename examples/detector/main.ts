// Holds a plain detector against the truth: runs a scenario that is easy to find and one that is hard, lets the detector read
// each stream, scores what it says, and draws it.
//
//     node examples/detector/main.ts [FOLDER]          FOLDER: where streams, labels and plots go; .tutorsim/detector

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawn } from '../../bench/plot.ts'
import { HOUR } from '../../engine/index.ts'
import { Detector } from './detector.ts'

/** Each with the series that is drawn, and how far it goes. */
const SCENARIOS = [
  { name: 'platform-outage', series: 'sessions_failed', days: '21d' },
  { name: 'slow-decline', series: 'sessions_started', days: '70d' },
] as const

const [folder = '.tutorsim/detector'] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const tutorsim = (...words: string[]): string =>
  execFileSync(process.execPath, [join(import.meta.dirname, '../../cli/tutorsim.js'), ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })

for (const { name, series, days } of SCENARIOS) {
  const file = (ending: string): string => join(folder, `${name}.${ending}`)
  tutorsim(
    ...['run', '--store', 'memory', '--scenario', name, '--for', days],
    ...['--to', file('ndjson'), '--labels', file('labels.ndjson')],
  )
  const detector = new Detector()
  const lines = readFileSync(file('ndjson'), 'utf8').trimEnd().split('\n')
  for (const line of lines) detector.add(JSON.parse(line))
  const detections = detector.detections()
  // A series that is named alone was watched, whether anything was found in it or not.
  const watched = [...detector.counts.keys()].map((one) => ({ series: one }))
  writeFileSync(
    file('detections.ndjson'),
    [...watched, ...detections].map((one) => `${JSON.stringify(one)}\n`).join(''),
  )
  const [from, until] = [lines[0], lines.at(-1)].map((line) => JSON.parse(line as string).payload.timestamp as string)
  const span = ['--from', from as string, '--until', until as string]
  const judged = ['score', '--labels', file('labels.ndjson'), '--detections', file('detections.ndjson'), ...span]
  process.stdout.write(`${name}\n${tutorsim(...judged)}\n`)
  writeFileSync(file('score.json'), tutorsim(...judged, '--json'))
  writeFileSync(file('svg'), plot(name, series, detector, detections, file('labels.ndjson')))
}

function plot(
  name: string,
  series: string,
  { counts, first }: Detector,
  detections: ReturnType<Detector['detections']>,
  labels: string,
): string {
  const windows = JSON.parse(readFileSync(`${labels}.windows.json`, 'utf8'))[series] ?? []
  const instant = (text: string): number => Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`)
  return drawn({
    title: `${name}: ${series.replaceAll('_', ' ')} an hour, and what a rolling z-score finds in it`,
    start: first * HOUR,
    lines: [
      { name: series, colour: '#2a7f9e', from: first * HOUR, stepMilliseconds: HOUR, values: counts.get(series) ?? [] },
    ],
    bands: [
      {
        name: 'true windows',
        colour: '#c2a03d',
        spans: windows.map(([begin, end]: [string, string]) => [instant(begin), instant(end) + HOUR]),
      },
    ],
    marks: {
      name: 'detections',
      colour: '#c2463d',
      at: detections.filter((one) => one.series === series).map(({ at }) => Date.parse(at)),
    },
  })
}

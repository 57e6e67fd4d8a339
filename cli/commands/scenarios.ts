// `tutorsim scenarios`: the built-in scenarios and the kinds of intervention. `tutorsim scenarios check FILE`: a scenario of
// one's own. The result is data and goes to standard output.

import { OptionError } from '../../engine/index.ts'
import { KIND_NAMES, KINDS, type KindOfIntervention, SHAPES } from '../../model/index.ts'
import { CATALOGUE, METRICS, placesOfMetric, STRENGTHS, scenarioSchema } from '../../model/scenarios/index.ts'
import { readScenario } from '../terminal/scenariofile.ts'
import { UsageError } from '../terminal/usage.ts'

/** @returns the exit code */
export function scenarios({ json }: { json?: boolean }): number {
  process.stdout.write(json ? `${JSON.stringify(figures(), undefined, 2)}\n` : text())
  return 0
}

/** @returns the exit code @throws UsageError of one line: place, rule and value */
export async function checkScenario(file: string, { json }: { json?: boolean }): Promise<number> {
  const { name, sentence, interventions, moments } = await readScenario('file', file).catch((error) => {
    throw error instanceof OptionError ? new UsageError(`${file}: ${error.rule}`, { cause: error }) : error
  })
  const kinds = interventions.map(({ kind }) => kind)
  if (json) process.stdout.write(`${JSON.stringify({ name, sentence, kinds, moments: moments.length })}\n`)
  else process.stdout.write(`${name}: ${sentence} Its interventions: ${kinds.join(', ')}.\n`)
  return 0
}

function figures(): object {
  return {
    schema: scenarioSchema(),
    scenarios: CATALOGUE,
    strengths: STRENGTHS,
    kinds: KINDS,
    shapes: SHAPES,
    metrics: METRICS.map((metric) => ({ ...metric, unit: 'events an hour', series: placesOfMetric(metric) })),
  }
}

function text(): string {
  const widest = (names: readonly string[]): number => Math.max(0, ...names.map(({ length }) => length))
  const names = CATALOGUE.map(({ name }) => name)
  const built = CATALOGUE.map(({ name, sentence }) => `  ${name.padEnd(widest(names))}  ${sentence}`)
  const kinds = KIND_NAMES.map((kind) => {
    const { sentence, size, where, reasons, on } = KINDS[kind] as KindOfIntervention
    const narrowed = [...where.map((place) => `where.${place}`), ...(reasons ? ['reason'] : [])]
    const sizes = `size: ${size.unit}, ${size.least} to ${size.most}`
    return [
      `  ${kind.padEnd(widest(KIND_NAMES))}  ${sentence}${on === 'wire' ? ' On the wire alone.' : ''}`,
      `  ${''.padEnd(widest(KIND_NAMES))}  ${sizes}${narrowed.length > 0 ? `; ${narrowed.join(', ')}` : ''}`,
    ].join('\n')
  })
  const shapes = Object.entries(SHAPES).map(([shape, sentence]) => `  ${shape.padEnd(5)}  ${sentence}`)
  return [
    ...(built.length === 0 ? [] : ['Built in (tutorsim run --scenario NAME, or NAME:mild):', ...built, '']),
    'Kinds of intervention, each with kind, size and, if you like, where, from, until, shape, id:',
    ...kinds,
    '',
    'Shapes:',
    ...shapes,
    '',
  ].join('\n')
}

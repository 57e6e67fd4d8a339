// A trial of settings: a small world that lives for four weeks in memory, and what its stream comes to beside what was asked for.

import { DAY } from '../../engine/index.ts'
import { createWorld, inputFor, type Settings } from '../../model/index.ts'
import { figureText, isDecided, Reader, rowsFor } from '../../model/realism/index.ts'

const DAYS = 28
const STUDENTS = 500
/** Rows that are told of any world. */
const ALWAYS = ['1', '5', '12', '15', '25', '33']

/** A figure that was asked for, and what came. */
export interface Tried {
  row: string
  quantity: string
  figure: string
  unit: string
  /** Null where settings move it and no formula says how far. */
  asked: number | null
  /** Null where there is too little to tell. */
  came: number | null
}

export interface Trial {
  students: number
  days: number
  events: number
  figures: Tried[]
}

export function trialOf({ figures, ...settings }: Settings): Trial {
  const rows = rowsFor({ ...settings, ...(figures ? { figures } : {}) })
  const reader = new Reader({ rows })
  const world = createWorld({ ...inputFor({ ...settings, students: STUDENTS }), tick: DAY, warmup: '35d', ...figures })
  let events = 0
  for (let day = 0; day < DAYS; day++)
    for (const event of world.step()) {
      reader.event(event)
      events++
    }
  const tried = reader.end().rows.filter(({ id }) => ALWAYS.includes(id) || isDecided(id, figures ?? {}))
  return {
    ...{ students: STUDENTS, days: DAYS, events },
    figures: tried.flatMap(({ id, quantity, parts, unjudged }) =>
      parts.map(({ name, unit, target, measured }) => ({
        ...{ row: id, quantity, figure: name, unit, came: measured },
        asked: unjudged === undefined ? target : null,
      })),
    ),
  }
}

/** @param differs settings that are not as by default */
export function trialText(
  differs: Readonly<Record<string, unknown>>,
  { students, days, events, figures }: Trial,
): string {
  const own = Object.entries(differs)
  const lines =
    own.length === 0
      ? ['All is as by default.']
      : ['Not as by default:', ...own.map(([name, value]) => `  ${name} ${typeof value === 'object' ? '…' : value}`)]
  const nameOf = ({ quantity, figure }: Tried): string => (figure === '' ? quantity : `${quantity}: ${figure}`)
  const [told, untold] = [figures.filter(({ came }) => came !== null), figures.filter(({ came }) => came === null)]
  const width = Math.max(0, ...told.map((one) => nameOf(one).length))
  const cells = told.map((one) => {
    const { asked, came, unit } = one
    const both = [asked, came].map((value) => figureText(value, unit).padStart(7)).join('  ')
    return `  ${nameOf(one).padEnd(width)}  ${both} ${unit}`.trimEnd()
  })
  const left = [...new Set(untold.map(({ quantity }) => quantity))]
  const rest = left.length === 0 ? [] : ['', `Four weeks of so few students do not tell: ${left.join('; ')}.`]
  return `${[
    ...lines,
    '',
    `A trial of ${students} students for ${days} days, ${events} events:`,
    `  ${''.padEnd(width)}  ${'asked'.padStart(7)}  ${'came'.padStart(7)}`,
    ...cells,
    ...rest,
  ].join('\n')}\n`
}

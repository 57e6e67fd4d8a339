// The last line of a run that was stopped: that it was, where, and what goes on from there.

import { counted } from '../../engine/index.ts'
import { type Plan, type RunOptions, shown } from './plan.ts'
import { instantInWords } from './spans.ts'

/** Where a run was stopped. */
export interface Stopped {
  /** What happened before has left; undefined where the world had not begun. */
  present: number | undefined
  /** That it was to go on for; infinite without an end. */
  ticksLeft: number
}

/** Of the world's own, or said by how far there is to go. */
const LEFT_OUT = new Set(['seed', 'students', 'rate', 'start', 'tick', 'warmup', 'ticks', 'for'])
/** What can hold a secret. */
const SECRETIVE = new Set(['header'])

export function stoppedLine({ store, targets }: Plan, options: RunOptions, { present, ticksLeft }: Stopped): string {
  const where = present === undefined ? 'stopped while it warmed up' : `stopped at ${instantInWords(present)}`
  if (store === 'memory') return `${where}; with --store memory the world is gone`
  const isSecret =
    targets.some((to) => shown(to) !== to) || Object.keys(options).some((option) => SECRETIVE.has(option))
  const left = Number.isFinite(ticksLeft) ? Math.max(1, ticksLeft) : undefined
  const words = left === undefined ? [] : ['--ticks', String(left)]
  if (isSecret)
    return `${where}; the same command goes on from there${left === undefined ? '' : `, with --ticks ${left} for the ${counted(left, 'tick')} left`}`
  return `${where}; goes on from there: ${['tutorsim run', ...optionsIn(options), ...words].join(' ')}`
}

function optionsIn(options: RunOptions): string[] {
  return Object.entries(options).flatMap(([option, value]) => {
    if (value === undefined || value === false || LEFT_OUT.has(option)) return []
    const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    return value === true ? [flag] : [value].flat().flatMap((one) => [flag, quoted(String(one))])
  })
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w.,:/@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

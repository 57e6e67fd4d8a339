// `tutorsim run`: simulates a world and delivers its events.

import { DAY, formatDuration, formatInstant, type Progress } from '../../engine/index.ts'
import type { Ran } from '../ran.ts'
import { runKept } from '../run-kept.ts'
import { runUnkept } from '../run-unkept.ts'
import { type Plan, planOf, type RunOptions, shown } from '../terminal/plan.ts'
import { stopSignal } from '../terminal/stop.ts'

/** @returns the exit code @throws OperationalError */
export async function run(options: RunOptions): Promise<number> {
  const plan = planOf(options)
  const stop = stopSignal()
  try {
    const ran = await (plan.store === 'memory' ? runUnkept(plan, stop) : runKept(plan, stop))
    report(plan, options, ran)
    return plan.store === 'memory' && total(ran.progress, 'parked') > 0 ? 1 : 0
  } finally {
    stop.ask()
  }
}

function total(progress: readonly Progress[], figure: keyof Progress): number {
  return progress.reduce((sum, one) => sum + one[figure], 0)
}

function report({ targets, store, world }: Plan, { json }: RunOptions, ran: Ran): void {
  const { settings, from, reached, events, byType, conflicts } = ran
  const [parked, retried, queued] = (['parked', 'retried', 'queued'] as const).map((one) => total(ran.progress, one))
  const say = (text: string): boolean => process.stderr.write(`${text}\n`)
  say(
    `${events} events of ${store === 'memory' ? `${settings.students} students` : `world ${world}`} over ${inWords(reached - from)}, to ${targets.map(shown).join(', ')}` +
      `${retried ? `; ${retried} deliveries tried again` : ''}`,
  )
  if (conflicts > 0) say(`${conflicts} commits conflicted with another process on this world; nothing was lost`)
  if (queued) say(queuedText(queued, store))
  if (parked) say(parkedText(parked, store, world))
  const ticks = (reached - from) / settings.tickMilliseconds
  const figures = { events, byType, retried, parked, conflicts }
  const { seed, students } = settings
  if (json)
    process.stdout.write(
      `${JSON.stringify({ world, seed, students, ticks, now: formatInstant(reached), ...figures })}\n`,
    )
  if (process.env.TUTORSIM_USAGE) say(JSON.stringify(usage(events)))
}

function inWords(span: number): string {
  const days = Math.floor(span / DAY) * DAY
  const parts = [days, span - days].filter((part) => part > 0)
  return (parts.length > 0 ? parts : [0]).map(formatDuration).join(' ')
}

function queuedText(queued: number, store: string): string {
  return store === 'memory'
    ? `${queued} events were not delivered; with --store memory they are gone`
    : 'what is not delivered yet is delivered next time'
}

function parkedText(parked: number, store: string, world: string): string {
  return store === 'memory'
    ? `${parked} events were refused; with --store memory they are gone`
    : `${parked} events were refused and set aside: tutorsim worlds --parked --store ${store} (world ${world})`
}

/** What the process has cost so far, for benchmarks. */
function usage(events: number): object {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, maxResidentBytes: maxRSS * 1024, events }
}

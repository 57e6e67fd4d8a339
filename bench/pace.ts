// Whether events leave when their timestamps come (`npm run bench -- pace`): 2,000 students in SQLite at 1x, 60x and 300x, in
// ticks of 10 s, 1 m and 15 m. Exit 1 when a limit is missed.

import { arrivalsOf } from './punctuality.ts'
import { heading, verdict } from './report.ts'

const LATE_MILLISECONDS_MAX = 250
const SHARE_MIN = 0.99
const TICKS = ['10s', '1m', '15m']
const SECONDS = new Map([
  [1, 150],
  [60, 30],
  [300, 30],
])

heading('Pace: when events of 2,000 students arrive, against their timestamps')
let isMet = true
for (const [factor, seconds] of SECONDS) {
  // At 1x there is next to nothing to do: all lengths of ticks at once.
  const trials = TICKS.map((tick) => ({ factor, tick, seconds }))
  const results = factor === 1 ? await Promise.all(trials.map(arrivalsOf)) : []
  for (const [place, trial] of trials.entries()) {
    const lates = (results[place] ?? (await arrivalsOf(trial))).map(({ late }) => late).sort((a, b) => a - b)
    const early = lates.filter((late) => late < 0).length
    const inTime = lates.filter((late) => late <= LATE_MILLISECONDS_MAX).length / lates.length
    const p99 = lates[Math.ceil(lates.length * SHARE_MIN) - 1] ?? Number.NaN
    const figure = `${lates.length} events, ${early} early, 99 %: ${p99.toFixed(0)} ms`
    const ok = verdict(
      `${factor}x, ticks of ${trial.tick}`,
      figure,
      '0 early, 250 ms',
      early === 0 && inTime >= SHARE_MIN,
    )
    isMet &&= ok
  }
}
process.exitCode = isMet ? 0 : 1

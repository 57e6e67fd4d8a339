// What a run tells while it is under way: where its world is and how far it goes, what comes next and when, whether it is
// behind. On a terminal one line that is drawn over again; elsewhere a line where something is to be said.

import { counted, grouped, type Host, lastTickOf, type Outlook } from '../../engine/index.ts'
import { model, type Settings } from '../../model/index.ts'
import { isPaced, type Plan } from './plan.ts'
import { bar, openMeter } from './progress.ts'
import { instantInWords, spanInWords } from './spans.ts'

const LOOK_MILLISECONDS = 250
/** So late is behind … */
const BEHIND_MILLISECONDS = 5000
/** … and so late is not any more. */
const CAUGHT_UP_MILLISECONDS = 1000
/** A wait that is worth a line, and how long that line is enough. */
const WAIT_MILLISECONDS = 10_000
const SAID_MILLISECONDS = 60_000
/** The clock's own time, as people see it. */
const PRESENT_MILLISECONDS = 60_000

type Paced = Pick<Plan, 'pace' | 'store' | 'world'>

export class Course {
  readonly #plan: Paced
  readonly #settings: Settings
  readonly #meter = openMeter()
  #look: NodeJS.Timeout | undefined
  #isBehind = false
  /** What was said last of what comes next, and when. */
  #saidNext = Number.NaN
  #saidAt = Number.NEGATIVE_INFINITY

  constructor(plan: Paced, settings: Settings) {
    this.#plan = plan
    this.#settings = settings
  }

  warmingUp(share: number): void {
    this.#meter.draw(() => `warming up  ${bar(share)}`)
  }

  /** The world has begun. @param until the tick to stop before; infinite where there is none */
  begin(host: Pick<Host, 'now' | 'tick' | 'outlook'>, until: number): void {
    const { start, tickMilliseconds } = this.#settings
    const [from, clock] = [host.now, Date.now()]
    const last = Number.isFinite(until) ? Math.min(until, lastTickOf(this.#settings)) : until
    const end = start + last * tickMilliseconds
    this.say(firstLine(this.#plan, this.#settings, { tick: host.tick, from, end, clock, isCut: last < until }))
    this.#isBehind = this.#plan.pace === 'live' && clock - from > BEHIND_MILLISECONDS
    const [began, first] = [performance.now(), from]
    this.#look = setInterval(() => {
      const { outlook } = host
      if (!outlook) return
      this.#hear(outlook)
      this.#meter.draw(() => this.#line(outlook, { first, end, seconds: (performance.now() - began) / 1000 }))
    }, LOOK_MILLISECONDS)
  }

  say(line: string): void {
    this.#meter.clear()
    process.stderr.write(`${line}\n`)
  }

  end(): void {
    clearInterval(this.#look)
    this.#meter.clear()
  }

  #hear({ present, next, lateMilliseconds }: Outlook): void {
    if (!this.#isBehind && lateMilliseconds > BEHIND_MILLISECONDS) {
      this.#isBehind = true
      this.say(`behind by ${spanInWords(lateMilliseconds, 2)}: what is late goes at once`)
    } else if (this.#isBehind && next && lateMilliseconds < CAUGHT_UP_MILLISECONDS) {
      this.#isBehind = false
      this.say(`caught up at ${instantInWords(present)}`)
    }
    if (process.stderr.isTTY || this.#isBehind || !next || next.inMilliseconds < WAIT_MILLISECONDS) return
    const now = performance.now()
    if (next.instant === this.#saidNext || now - this.#saidAt < SAID_MILLISECONDS) return
    this.#saidNext = next.instant
    this.#saidAt = now
    this.say(`next: ${nextInWords(next)}`)
  }

  #line({ present, next, delivered }: Outlook, { first, end, seconds }: Stretched): string {
    const share = (present - first) / (end - first)
    const parts = [instantInWords(present), counted(delivered, 'event', 'events', grouped)]
    if (isPaced(this.#plan)) {
      if (next) parts.push(`next ${nextInWords(next)}`)
    } else parts.push(`${grouped(Math.round(delivered / Math.max(0.001, seconds)))}/s`)
    if (Number.isFinite(end)) {
      parts.unshift(bar(share))
      if (share > 0 && seconds > 1) parts.push(`${spanInWords((1000 * seconds * (1 - share)) / share, 1)} left`)
    }
    return parts.join('  ')
  }
}

interface Stretched {
  /** Instants that the stretch goes from and to. */
  first: number
  end: number
  /** So long it has taken. */
  seconds: number
}

function nextInWords({ instant, type, inMilliseconds }: NonNullable<Outlook['next']>): string {
  const what = type === undefined ? 'tick' : model.events.types[type]?.name
  return `${what} at ${instantInWords(instant)}, in ${spanInWords(inMilliseconds, 2)}`
}

interface Whereabouts {
  tick: number
  /** Instants: of the world, of where it is to stop, and of the machine's clock. */
  from: number
  end: number
  clock: number
  /** It was to go further, and simulated time ends before. */
  isCut: boolean
}

/** Where the world is, how far it goes and how fast, and how all that lies to the clock. */
function firstLine(
  { pace, store, world }: Paced,
  settings: Settings,
  { tick, from, end, clock, isCut }: Whereabouts,
): string {
  const who = store === 'memory' ? `a world of ${counted(settings.students, 'student')}` : `world ${world}`
  const span = spanInWords(end - from)
  // Where all of it is past, that is said of its beginning.
  const isPast = end < clock - PRESENT_MILLISECONDS
  const farther = isCut ? ', where simulated time ends' : isPast ? '' : toTheClock(end - clock, 'which is ')
  const far = Number.isFinite(end) ? `for ${span}, to ${instantInWords(end)}${farther}` : 'until Ctrl-C'
  const fast = {
    max: '',
    live: '; each event leaves at its own timestamp, the past at once',
    realtime: ', in real time',
  }
  const how = typeof pace === 'number' ? `, at ${pace}x` : fast[pace]
  return `${who} ${tick === 0 ? 'begins' : 'is'} at ${instantInWords(from)}${toTheClock(from - clock)}; it goes on ${far}${how}`
}

function toTheClock(ahead: number, before = ''): string {
  if (Math.abs(ahead) < PRESENT_MILLISECONDS) return `, ${before}the present`
  return `, ${before}${spanInWords(Math.abs(ahead), 2)} ${ahead > 0 ? 'ahead of' : 'behind'} the clock`
}

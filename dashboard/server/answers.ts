// What is answered to each request, from the world on show and its twins. No sockets here: server.ts has those.

import type * as z from 'zod'
import { HOUR, WEEK } from '../../engine/index.ts'
import {
  CALL_REASONS,
  EVENT_TYPES,
  MODEL_VERSION,
  REGIONS,
  type Region,
  SUBJECTS,
  type Subject,
} from '../../model/index.ts'
import type { control, fed, placed, searched, shown, spanned, tale, whatIf } from './asked.ts'
import { JUMP_MAX } from './asked.ts'
import { SPEEDS } from './clock.ts'
import { ZONES } from './days.ts'
import type { Driver } from './driver.ts'
import type { FeedEvent } from './feed.ts'
import { linesAt, stateAt } from './figures.ts'
import { METRICS, type Metric, metricNamed } from './metrics.ts'
import { personAt, type Sources } from './person.ts'
import { csvOf, type Span, STEPS_MAX, seriesOf, stepsIn, stepsOf } from './series.ts'
import type * as shapes from './shapes.ts'
import type { Stage } from './stage.ts'
import { type Story, shockInWords } from './story.ts'
import type { Twins } from './twins.ts'
import { trackOf, viewAt } from './view.ts'
import { whyOf } from './why.ts'

/** A request that cannot be answered as it was asked. */
export class Refused extends Error {
  readonly status: number
  readonly code: string

  constructor(line: string, { status, code, ...options }: ErrorOptions & { status: number; code: string }) {
    super(line, options)
    this.status = status
    this.code = code
  }
}

/** What is on show; parts of it come as the world does. */
export interface Show {
  readonly stage: Stage
  /** Of a world that the page may control. */
  driver?: Driver
  twins?: Twins
  /** Real time when the show began: what comes after it is the simulated future. */
  readonly begun: number
  /** Where events are delivered to, beside the page. */
  ingestPath?: string
  readonly story: Story
}

const PEOPLE_MAX = 20
const CHAIN_MAX = 50
/** Searched by name: so many of the latest events name those who can be found. */
const EVENTS_SEARCHED = 4000

export class Answers {
  readonly #show: Show
  readonly #origin: () => string

  /** @param origin where the page is, for links and commands */
  constructor(show: Show, origin: () => string) {
    this.#show = show
    this.#origin = origin
  }

  world(): shapes.World | shapes.Unborn {
    const { stage, driver, begun, ingestPath } = this.#show
    const { sources, clock, phase, line, progress, name } = stage
    const { iana, name: zone_name } = ZONES.eastern
    const ofAny = {
      ...{ name, simulated: true as const, model_version: MODEL_VERSION, wall_at_birth: begun },
      ...{ zone: iana, zone_name, zones: Object.keys(ZONES) },
      ...{ subjects: [...SUBJECTS], regions: [...REGIONS], reasons: [...CALL_REASONS], event_types: [...EVENT_TYPES] },
      may_control: driver !== undefined && phase === 'living',
      may_ask: sources !== undefined && phase !== 'deleted' && phase !== 'store_gone',
      speeds: [...SPEEDS],
      ...{ phase, line, progress },
      twins: this.twins(),
      ingest_url: ingestPath === undefined ? null : `${this.#origin()}${ingestPath}`,
    }
    if (!sources || !clock) {
      const unknown = {
        id: null,
        seed: null,
        tick_milliseconds: null,
        students: null,
        start: null,
        end: null,
        clock: null,
      }
      return { ...ofAny, ...unknown, default_what_ifs: [] }
    }
    const { settings, start, worldId = null } = sources.chronicle
    const { seed, tickMilliseconds: tick_milliseconds, students } = settings
    return {
      ...{ ...ofAny, id: worldId, seed, tick_milliseconds, students, start },
      ...{ end: Math.floor(clock.present), clock: clock.view() },
      default_what_ifs: defaultWhatIfs(students),
    }
  }

  clock() {
    return this.#show.stage.clock?.view()
  }

  twins(): shapes.Twin[] {
    return this.#show.twins?.views ?? []
  }

  async view({ world, at, zone, lines = true, feed = true }: z.infer<typeof placed>): Promise<shapes.View> {
    const { sources, name } = this.#sources(world)
    const instant = this.#instant(sources, at)
    const view = await viewAt(sources, instant, zone, { lines, feed })
    return { world: name, end: this.#present(sources), phase: this.#show.stage.phase, ...view }
  }

  state({ world, at, zone, lines = true }: z.infer<typeof placed>): shapes.State {
    const { sources, name } = this.#sources(world)
    const { tally, start } = sources.chronicle
    const instant = this.#instant(sources, at)
    const tick = sources.chronicle.tickAt(instant)
    const state = stateAt(tally, start, instant, zone)
    return { world: name, tick, zone, ...state, ...(lines ? { lines: linesAt(tally, start, instant, zone) } : {}) }
  }

  metrics() {
    return { metrics: METRICS.map(({ name, kind, unit, sentence }) => ({ name, kind, unit, sentence })) }
  }

  /** @returns text where CSV was asked for */
  series(asked: z.infer<typeof spanned>, url: string) {
    const { sources, name } = this.#sources(asked.world)
    const span = this.#span(sources, asked)
    const series = seriesOf(sources.chronicle.tally, metricsIn(asked.metrics), span)
    const at = stepsOf(span)
    if (asked.format === 'csv') return csvOf(at, series)
    const { from, to, step } = span
    return { world: name, from, to, step, at, series, curl: `curl -s '${this.#origin()}${url}'` }
  }

  /** With the twin, and without. */
  difference(name: string, asked: z.infer<typeof spanned>, url: string) {
    const { sources } = this.#sources(name)
    const origin = this.#sources(undefined)
    const span = this.#span(sources, asked)
    const metrics = metricsIn(asked.metrics)
    const having = seriesOf(sources.chronicle.tally, metrics, span)
    const lacking = seriesOf(origin.sources.chronicle.tally, metrics, span)
    const of = (series: Record<string, number[]>, { name }: Metric): number[] => series[name] as number[]
    const at = stepsOf(span)
    if (asked.format === 'csv') {
      const both = metrics.flatMap((metric): [string, number[]][] => [
        [`${metric.name} with`, of(having, metric)],
        [`${metric.name} without`, of(lacking, metric)],
      ])
      return csvOf(at, Object.fromEntries(both))
    }
    const series = Object.fromEntries(
      metrics.map((metric) => [metric.name, { with: of(having, metric), without: of(lacking, metric) }]),
    )
    const { from, to, step } = span
    return { world: name, of: origin.name, from, to, step, at, series, curl: `curl -s '${this.#origin()}${url}'` }
  }

  async feed({ world, before, limit, type, person, subject, region }: z.infer<typeof fed>) {
    const { sources } = this.#sources(world)
    const from = typeof before === 'object' ? before : this.#instant(sources, before)
    const filter = {
      ...(type ? { types: type } : {}),
      ...(person ? { person } : {}),
      ...(subject ? { subject: subject as Subject } : {}),
      ...(region ? { region: region as Region } : {}),
    }
    const { events, next } = await sources.feed.page(from, limit, filter)
    return { events, next: next ? `${next.tick}:${next.events}` : null, names: sources.names.in(events) }
  }

  async person(id: string, { world, at }: z.infer<typeof shown>): Promise<shapes.Person> {
    const { sources } = this.#sources(world)
    const person = await personAt(sources, id, this.#instant(sources, at))
    if (!person)
      throw new Refused(`there is nobody called ${id.slice(0, 40)} at that instant`, { status: 404, code: 'NOT_FOUND' })
    return person
  }

  /** An event, what led to it, and so on; and what decided each. */
  async explain(eventId: string, { world }: z.infer<typeof shown>): Promise<shapes.Explained> {
    const { sources } = this.#sources(world)
    const chain: FeedEvent[] = []
    for (let id: string | null = eventId; id !== null && chain.length < CHAIN_MAX; ) {
      const event = await sources.feed.find(id)
      if (!event) break
      chain.push(event)
      id = event.caused_by
    }
    if (chain.length === 0)
      throw new Refused(`no event of the history is called ${eventId.slice(0, 60)}`, { status: 404, code: 'NOT_FOUND' })
    const [{ at }] = chain as [FeedEvent]
    return { chain, names: sources.names.in(chain), ...(await whyOf(sources.chronicle, eventId, at)) }
  }

  /** Of those who were heard of lately: by a part of their id or name. */
  async search({ q, at }: z.infer<typeof searched>): Promise<shapes.Found> {
    const { sources } = this.#sources(undefined)
    const { events } = await sources.feed.page(this.#instant(sources, at), EVENTS_SEARCHED)
    const wanted = q.toLowerCase()
    const people = new Map<string, shapes.Found['people'][number]>()
    for (const { payload, region } of events)
      for (const id of sources.names.idsIn(payload)) {
        if (people.size >= PEOPLE_MAX) break
        const name = sources.names.of(id)
        if (!people.has(id) && (id.includes(wanted) || name.toLowerCase().includes(wanted)))
          people.set(id, { id, name, kind: id.startsWith('tut_') ? 'tutor' : 'student', region })
      }
    return { people: [...people.values()] }
  }

  track(): shapes.Track {
    const { sources } = this.#sources(undefined)
    const to = this.#present(sources)
    const { moments, interventions } = this.#story()
    return {
      ...trackOf(sources.chronicle, to),
      flags: [
        ...moments.map(({ at, sentence }) => ({ at, kind: 'moment' as const, name: sentence, sentence, until: null })),
        ...interventions.map(({ from: at, until, sentence, id: name }) => {
          return { at, kind: 'intervention' as const, name, sentence, until }
        }),
        ...this.twins().map(({ at, name, sentence }) => ({ at, kind: 'fork' as const, name, sentence, until: null })),
      ],
    }
  }

  async story(): Promise<shapes.Story> {
    const { sources } = this.#sources(undefined)
    const { chronicle, past } = sources
    const world = await past.at(chronicle.first)
    const until = this.#present(sources)
    const shocks = world.shocks({ from: chronicle.start, until }).map((shock) => {
      const { begin, end, id, kind, place, size } = shock
      return { at: begin, until: end, id, kind, place, size, sentence: shockInWords(shock) }
    })
    return { ...this.#story(), shocks }
  }

  control(asked: z.infer<typeof control>) {
    const { driver, stage } = this.#show
    if (!driver || !stage.clock || stage.phase !== 'living')
      throw new Refused(stage.line ?? 'this world is shown read-only', { status: 403, code: 'FORBIDDEN' })
    if (asked.action === 'play') driver.play()
    else if (asked.action === 'pause') driver.pause()
    else if (asked.action === 'speed') driver.play(asked.speed)
    else if (asked.action === 'step') driver.step(asked.ticks)
    else {
      const { present } = stage.clock
      if (asked.at <= present)
        throw new Refused('at: not after the present, which is all that can be lived', {
          status: 400,
          code: 'BAD_REQUEST',
        })
      if (asked.at > present + JUMP_MAX)
        throw new Refused('at: more than 90 days ahead', { status: 400, code: 'BAD_REQUEST' })
      driver.jump(asked.at)
    }
    return stage.clock.view()
  }

  async ask({ input, ...asked }: z.infer<typeof whatIf>) {
    this.#sources(undefined)
    return (await (this.#show.twins as Twins).ask({ ...asked, inputs: input === null ? [] : [input] })).view()
  }

  /** A what-if that tells a scenario. */
  async tell({ scenario }: z.infer<typeof tale>) {
    this.#sources(undefined)
    const { story, twins } = this.#show
    const found = story.tale(scenario)
    if (!found) throw new Refused('there is no such scenario here', { status: 404, code: 'NOT_FOUND' })
    return (await story.tell(found, twins as Twins)).view()
  }

  async forget(name: string): Promise<void> {
    if (!(await this.#show.twins?.forget(name)))
      throw new Refused('there is no such what-if', { status: 404, code: 'NOT_FOUND' })
  }

  #story() {
    return this.#show.story.view(this.#show.twins?.all ?? [])
  }

  /** The world itself, or one of its twins. */
  #sources(world: string | undefined): { sources: Sources; name: string } {
    const { stage, twins } = this.#show
    const own = world === undefined || world === stage.name
    const twin = own ? undefined : twins?.get(world)
    if (!own && !twin) throw new Refused('there is no such world here', { status: 404, code: 'NOT_FOUND' })
    const sources = own ? stage.sources : twin?.sources
    if (!sources)
      throw stage.phase === 'deleted' || stage.phase === 'store_gone'
        ? new Refused(stage.line ?? 'the world is gone', { status: 410, code: 'GONE' })
        : new Refused('the first state is not there yet', { status: 503, code: 'STARTING' })
    return { sources, name: own ? stage.name : (twin?.name as string) }
  }

  /** What can be shown of the present: of a twin, as far as it has come. */
  #present({ chronicle }: Sources): number {
    const present = Math.floor(this.#show.stage.clock?.present ?? chronicle.end)
    return Math.max(chronicle.start, Math.min(present, chronicle.end))
  }

  #instant(sources: Sources, at: number | undefined): number {
    const present = this.#present(sources)
    return Math.floor(Math.min(Math.max(at ?? present, sources.chronicle.start), present))
  }

  #span(sources: Sources, { from, to, step, zone }: z.infer<typeof spanned>): Span {
    const { start } = sources.chronicle
    const end = this.#instant(sources, to)
    const begin = Math.floor(Math.max(Math.floor(start / HOUR) * HOUR, Math.min(from ?? end - WEEK, end)))
    const span: Span = { from: begin, to: end, step, zone }
    if (stepsIn(span) > STEPS_MAX[step])
      throw new Refused(`more than ${STEPS_MAX[step]} steps: ask for days`, { status: 400, code: 'BAD_REQUEST' })
    return span
  }
}

function metricsIn(names: readonly string[]): Metric[] {
  return names.map((name) => {
    const metric = metricNamed(name)
    if (!metric)
      throw new Refused(`metrics: there is no ${name.slice(0, 60)}; /api/metrics has them`, {
        status: 400,
        code: 'BAD_REQUEST',
      })
    return metric
  })
}

/** What to ask first: every world has a size. */
function defaultWhatIfs(students: number): shapes.World['default_what_ifs'] {
  const more = Math.round(students * 1.35)
  const fewer = Math.round(students * 0.7)
  return [
    { label: 'More students', sentence: `${more} students instead of ${students}`, input: { students: more } },
    { label: 'Fewer students', sentence: `${fewer} students instead of ${students}`, input: { students: fewer } },
  ]
}

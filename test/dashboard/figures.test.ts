// The numbers on the page are those of the stream: recounted here the plain way, from the events of the same world.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { DAY, type Head, HOUR } from '../../engine/index.ts'
import { CALL_REASONS, createWorld, type Event, explainKept, REGIONS, SUBJECTS } from '../../model/index.ts'
import { SETTINGS, type Shown, START, show } from './shown.ts'

/** Long enough for what counts for 14 and for 30 days. */
const DAYS = 34
const END = START + DAYS * DAY
/** Midnight in New York, in winter. */
const midnight = (at: number): number => Math.floor((at - 5 * HOUR) / DAY) * DAY + 5 * HOUR
/** All sessions that were under way when the history began are over by then. */
const FIRST = START + 2 * HOUR

let shown: Shown
/** In order, with their instants; and what stood before them. */
let events: { at: number; event: Event }[]
const stood = {
  risks: new Map<string, { risk: string; at: number }>(),
  hours: new Map<string, number>(),
  balances: new Map<string, string>(),
}

beforeAll(async () => {
  shown = await show({ days: DAYS })
  const world = createWorld(SETTINGS)
  for (const { student_id, state, churn_risk } of world.students())
    if (churn_risk && state !== 'away') stood.risks.set(student_id, { risk: churn_risk, at: START })
  for (const { tutor_id, state, available_hours_this_week } of world.tutors())
    if (state === 'active' || state === 'leaving') stood.hours.set(tutor_id, available_hours_this_week)
  for (const region of REGIONS)
    for (const subject of SUBJECTS)
      stood.balances.set(`${subject}/${region}`, world.market(subject, region).balance_status)
  events = world.run(`${DAYS}d`).map((event) => ({ at: Date.parse(event.payload.timestamp), event }))
}, 60_000)
afterAll(() => shown?.close())

type PayloadOf<Type extends Event['event_type']> = Extract<Event, { event_type: Type }>['payload']

function payloads<Type extends Event['event_type']>(type: Type, from: number, to: number) {
  return events
    .filter(({ at, event }) => event.event_type === type && at >= from && at <= to)
    .map(({ at, event }) => ({ ...(event.payload as PayloadOf<Type>), at }))
}

/** What the page should say. */
function recount(at: number) {
  const day = midnight(at)
  const ended = new Set(payloads('session_completed', START, at).map(({ session_id }) => session_id))
  const underWay = payloads('session_started', START, at).filter(({ session_id }) => !ended.has(session_id))
  const completed = payloads('session_completed', day, at)
  const brokenOff = completed.filter(({ completed_successfully }) => !completed_successfully).length
  const latestCalls = new Map(payloads('ib_call_logged', at - 14 * DAY + 1, at).map((call) => [call.student_id, call]))
  const told = new Map(stood.risks)
  for (const { student_id, churn_risk: risk, at: when } of payloads('customer_health_update', START, at))
    told.set(student_id, { risk, at: when })
  const risks = [...told.values()].filter((one) => one.at > at - 30 * DAY).map(({ risk }) => risk)
  const hours = new Map(stood.hours)
  for (const { tutor_id, available_hours_this_week } of payloads('tutor_availability_updated', START, at))
    hours.set(tutor_id, available_hours_this_week)
  const balances = new Map(stood.balances)
  for (const { subject, region, balance_status } of payloads('supply_demand_update', START, at))
    balances.set(`${subject}/${region}`, balance_status)
  const count = <Value>(values: Iterable<Value>, wanted: Value): number =>
    [...values].filter((one) => one === wanted).length
  return {
    sessions_under_way: underWay.length,
    tutors_teaching: new Set(underWay.map(({ tutor_id }) => tutor_id)).size,
    sessions_started_today: payloads('session_started', day, at).length,
    sessions_completed_today: completed.length,
    sessions_broken_off_today: brokenOff,
    success_percent_today: completed.length
      ? Math.round((1000 * (completed.length - brokenOff)) / completed.length) / 10
      : null,
    calls_today: payloads('ib_call_logged', day, at).length,
    open_complaints: [...latestCalls.values()].filter(({ resolved }) => !resolved).length,
    students_low: count(risks, 'low'),
    students_medium: count(risks, 'medium'),
    students_high: count(risks, 'high'),
    students_scored: risks.length,
    tutors_on_duty: [...hours.values()].filter((offered) => offered > 0).length,
    markets_short: count(balances.values(), 'high_demand'),
    markets_over: count(balances.values(), 'oversupplied'),
    markets_balanced: count(balances.values(), 'balanced'),
    events_today: events.filter((one) => one.at >= day && one.at <= at).length,
  }
}

/** Spread over the history, none on a tick's edge. */
const INSTANTS = Array.from({ length: 20 }, (_, index) => FIRST + Math.floor(((END - FIRST - 1) * (index + 0.37)) / 20))

it('every figure at 20 instants is the one that the events come to', async () => {
  for (const at of INSTANTS) {
    const { figures, day_at } = await shown.get(`/api/state?at=${at}&lines=0`)
    expect({ at, day_at, ...figures }).toEqual({ at, day_at: midnight(at), ...recount(at) })
  }
})

it('the markets at those instants are as they were told last', async () => {
  for (const at of INSTANTS) {
    const { markets } = await shown.get(`/api/state?at=${at}&lines=0`)
    const told = new Map(
      payloads('supply_demand_update', START, at).map((one) => [`${one.subject}/${one.region}`, one]),
    )
    for (const [r, region] of REGIONS.entries())
      for (const [s, subject] of SUBJECTS.entries()) {
        const one = told.get(`${subject}/${region}`)
        if (!one) continue
        const index = r * SUBJECTS.length + s
        expect([
          markets.demand[index],
          markets.supply[index],
          markets.balance[index],
          markets.tutors[index],
          markets.students[index],
        ]).toEqual([one.demand_score, one.supply_score, one.balance_status, one.available_tutors, one.active_students])
      }
  }
})

it('the same hour a week before and the days of a line are the figures of those instants', async () => {
  const at = START + 9 * DAY + 17 * HOUR + 1234
  const { week_before, lines } = await shown.get(`/api/state?at=${at}`)
  expect(week_before).toEqual(recount(at - 7 * DAY))
  expect(lines.at).toEqual(Array.from({ length: 10 }, (_, day) => at - (9 - day) * DAY))
  for (const [index, instant] of lines.at.entries())
    if (instant > FIRST) expect(lines.sessions_started_today[index]).toBe(recount(instant).sessions_started_today)
})

it('series by hour, by day and by place add up to the events', async () => {
  const names = [
    'events',
    'sessions_started',
    'sessions_started/Mathematics/west',
    'sessions_broken_off/*/midwest',
    ...CALL_REASONS.map((reason) => `calls/${reason}`),
  ]
  const hours = await shown.get(`/api/series?metrics=${encodeURIComponent(names.join())}&from=${START}&step=hour`)
  const days = await shown.get(`/api/series?metrics=${encodeURIComponent(names.join())}&from=${START}&step=day`)
  const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0)
  for (const name of names) expect(sum(hours.series[name])).toBe(sum(days.series[name]))
  expect(sum(hours.series.events)).toBe(events.length)
  const west = events.filter(
    ({ event }) => event.event_type === 'session_started' && event.payload.subject === 'Mathematics',
  )
  expect(sum(hours.series.sessions_started)).toBe(payloads('session_started', START, END).length)
  expect(sum(hours.series['sessions_started/Mathematics/west'])).toBeLessThan(west.length)
  for (const reason of CALL_REASONS)
    expect(sum(hours.series[`calls/${reason}`])).toBe(
      payloads('ib_call_logged', START, END).filter((call) => call.reason === reason).length,
    )
  const [first] = hours.at
  const counted = hours.at.map((at: number) => payloads('session_started', at, at + HOUR - 1).length)
  expect([first, hours.series.sessions_started]).toEqual([START, counted])
})

it('a series as CSV has the same numbers', async () => {
  const { at, series } = await shown.get('/api/series?metrics=calls,students/high&step=day')
  const text = await (await fetch(`${shown.url}/api/series?metrics=calls,students/high&step=day&format=csv`)).text()
  const [head, ...lines] = text.trim().split('\n')
  expect(head).toBe('at,calls,students/high')
  expect(lines).toEqual(
    at.map((instant: number, index: number) =>
      [new Date(instant).toISOString(), series.calls[index], series['students/high'][index]].join(),
    ),
  )
})

it('scrubbing there and back gives the same answers', async () => {
  const there = []
  for (const at of INSTANTS) there.push(await shown.get(`/api/view?at=${at}`))
  for (const [index, at] of [...INSTANTS.entries()].reverse())
    expect(await shown.get(`/api/view?at=${at}`)).toEqual(there[index])
})

it('the feed is the stream, page by page, and a filter lets through what it says', async () => {
  const wanted = events
    .filter(({ at }) => at <= END - DAY)
    .reverse()
    .slice(0, 120)
  const pages: Event[] = []
  for (let next: string | number = END - DAY; pages.length < 120; ) {
    const page: { events: Event[]; next: string } = await shown.get(`/api/feed?before=${next}&limit=40`)
    pages.push(...page.events)
    next = page.next
  }
  const ids = (list: readonly { event_id: string }[]): string[] => list.map(({ event_id }) => event_id).sort()
  expect(ids(pages)).toEqual(ids(wanted.map(({ event }) => event)))
  const calls = await shown.get('/api/feed?type=ib_call_logged&limit=500')
  expect(calls.events).toHaveLength(payloads('ib_call_logged', START, END).length)
  const west = await shown.get('/api/feed?subject=Mathematics&region=west&limit=500&type=session_started')
  const series = await shown.get(`/api/series?metrics=sessions_started/Mathematics/west&from=${START}`)
  expect(west.events).toHaveLength(
    series.series['sessions_started/Mathematics/west'].reduce((a: number, b: number) => a + b),
  )
})

it("a person's timeline is theirs in the stream, and their state the world's", async () => {
  const world = createWorld(SETTINGS)
  world.run('6d')
  const { student_id, tutor_id } = payloads('session_completed', START, START + 6 * DAY).at(-1) as {
    student_id: string
    tutor_id: string
  }
  for (const id of [student_id, tutor_id]) {
    // The state before a tick is the one at its beginning.
    const person = await shown.get(`/api/person/${id}?at=${START + 6 * DAY}`)
    const theirs = events
      .filter(({ at, event: { payload } }) => at <= START + 6 * DAY && Object.values(payload).includes(id))
      .map(({ event }) => event.event_id)
    expect(person.timeline.map(({ event_id }: Event) => event_id)).toEqual(theirs.reverse().slice(0, 200))
    expect(person.state).toEqual(JSON.parse(JSON.stringify(id === student_id ? world.student(id) : world.tutor(id))))
    expect(person.names[id]).toBe(person.name)
  }
})

it('a person is as they were, whichever way one goes through time', async () => {
  const [{ student_id, tutor_id } = { student_id: '', tutor_id: '' }] = payloads('session_completed', START, END)
  const days = [6, 3, 9.25, 9.5, 4, 33, 0, 20, 19.75, 33]
  const states = new Map<number, unknown[]>()
  const world = createWorld(SETTINGS)
  for (const day of days.toSorted((a, b) => a - b)) {
    world.run({ until: START + day * DAY })
    states.set(day, [world.student(student_id), world.tutor(tutor_id)])
  }
  for (const day of days) {
    const shownOf = async (id: string): Promise<unknown> =>
      (await shown.get(`/api/person/${id}?at=${START + day * DAY}`)).state
    expect([day, await shownOf(student_id), await shownOf(tutor_id)]).toEqual([
      day,
      ...(JSON.parse(JSON.stringify(states.get(day))) as unknown[]),
    ])
  }
})

it('an event is explained by what the stream says led to it', async () => {
  const call = payloads('ib_call_logged', START, END).find(({ reason }) => reason === 'tutor_concern')
  const { event_id, caused_by } = (
    events.find(({ event }) => event.event_id === `${call?.call_id}.logged`) as { event: Event }
  ).event
  const { chain, steps, reasons } = await shown.get(`/api/explain/${event_id}`)
  expect(chain[0].event_id).toBe(event_id)
  expect(chain[1].event_id).toBe(caused_by)
  expect(chain.at(-1).event_type).toBe('session_started')
  // As `explain` tells it, down to the rule and its chance.
  const log = shown.store.world('shown')
  const told = await explainKept(log, (await log.readHead()) as Head, event_id)
  expect(steps).toEqual(JSON.parse(JSON.stringify(told.chain)))
  expect(reasons[0].sentence).toMatch(/chance [\d.]+ %/)
})

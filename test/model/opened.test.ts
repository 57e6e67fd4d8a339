// The judge of streams that begin with what stood: who is there, what tutors teach and how markets stand is known to it from
// the first line on, and counts over windows are, once the window has passed.

import { beforeAll, describe, expect, it } from 'vitest'
import { Host, type Sink } from '../../engine/index.ts'
import { check, type Event, model, settingsFrom, type Violated } from '../../model/index.ts'
import { realMachine } from '../../sinks/index.ts'

type Of<Type extends Event['event_type']> = Extract<Event, { event_type: Type }>

async function opened(warmup: string, joinsAfterDays: number, days: number): Promise<Event[]> {
  const events: Event[] = []
  const sink: Sink = {
    ...{ target: 'file', streams: 1, eventByEvent: false },
    async send({ bytes }) {
      for (const line of Buffer.from(bytes).toString().trimEnd().split('\n')) events.push(JSON.parse(line))
      return { verdict: 'acknowledged' }
    },
    async close() {},
  }
  const machine = realMachine()
  const settings = settingsFrom({ seed: 'opened', students: 120, tick: '1h', warmup })
  const host = await Host.open({ model, settings, machine, sinks: [sink], opening: true })
  while (!(await host.begin()));
  await host.skip(joinsAfterDays * 24)
  await host.live({ until: (joinsAfterDays + days) * 24 })
  await host.close()
  machine.close()
  return events
}

const rules = (found: readonly Violated[]): string[] => found.map(({ index, rule }) => `${index} ${rule}`)
const isOpening = ({ event_id }: Event): boolean => event_id.includes('.opening.')
const without = (stream: readonly Event[], index: number): Event[] => stream.filter((_, place) => place !== index)
const isOf =
  <Type extends Event['event_type']>(type: Type) =>
  (event: Event): event is Of<Type> =>
    event.event_type === type
/** The stream with a payload changed. */
const damaged = (stream: readonly Event[], index: number, change: object): Event[] =>
  stream.map((event, place) =>
    place === index ? ({ ...event, payload: { ...event.payload, ...change } } as Event) : event,
  )

describe('a stream that begins with what stood on day 50', () => {
  let stream: Event[] = []
  let size = 0
  beforeAll(async () => {
    stream = await opened('30d', 50, 40)
    size = stream.filter(isOpening).length
  })

  it('has no violations', async () => {
    expect(size).toBeGreaterThan(150)
    expect(rules(await check(stream))).toEqual([])
    expect(rules(await check(stream, { sinceBirth: false }))).toEqual([])
  })

  it('has none wherever it is cut, in the midst of the opening too', async () => {
    for (let from = 1; from < size + 10; from += 61)
      expect(rules(await check(stream.slice(from))), `from ${from}`).toEqual([])
    for (let to = 1; to < size + 300; to += 97) expect(rules(await check(stream.slice(0, to))), `to ${to}`).toEqual([])
  })

  it('has none where a kill had some of the opening repeated, but for what is there twice', async () => {
    const twice = [...stream.slice(0, size), ...stream.slice(size - 3)]
    expect(rules(await check(twice))).toEqual([`${size} 1`, `${size + 1} 1`, `${size + 2} 1`])
  })

  it('does not begin at birth', async () => {
    const found = await check(stream.slice(0, size), { sinceBirth: true })
    expect(found[0]).toMatchObject({ index: 0, rule: '5' })
  })

  it('names every tutor who teaches: one who is not named may not, from the first line on', async () => {
    const session = stream.find(isOf('session_started')) as Of<'session_started'>
    const named = stream.findIndex(
      (event) => isOpening(event) && 'tutor_id' in event.payload && event.payload.tutor_id === session.payload.tutor_id,
    )
    const found = await check(without(stream, named).slice(0, size + 200))
    expect(found[0]).toMatchObject({ rule: '4', event: session })
  })

  it('says what tutors teach, and how they may be booked, from the first line on', async () => {
    const session = stream.find(isOf('session_started')) as Of<'session_started'>
    const named = stream.findIndex(
      (event) => isOpening(event) && 'tutor_id' in event.payload && event.payload.tutor_id === session.payload.tutor_id,
    )
    const other = session.payload.subject === 'French' ? 'Spanish' : 'French'
    const found = await check(damaged(stream, named, { subjects: [other] }).slice(0, size + 200))
    expect(found[0]).toMatchObject({ rule: '4', event: session })
  })

  it('names everyone who has a score: one who is not named has none before their first session', async () => {
    const completed = new Set<string>()
    const update = stream.slice(size).find((event): event is Of<'customer_health_update'> => {
      if (event.event_type === 'session_completed') completed.add(event.payload.student_id)
      return event.event_type === 'customer_health_update' && !completed.has(event.payload.student_id)
    }) as Of<'customer_health_update'>
    const { student_id } = update.payload
    const named = stream.findIndex(
      (event) => isOpening(event) && 'student_id' in event.payload && event.payload.student_id === student_id,
    )
    expect(named).toBeGreaterThan(0)
    const end = stream.indexOf(update)
    expect(rules(await check(without(stream, named).slice(0, end - 1)))).toEqual([])
    expect((await check(without(stream, named).slice(0, end)))[0]).toMatchObject({ rule: '5', event: update })
  })

  it('counts of what was before it what was told, and what is left of that only gets less', async () => {
    const update = stream.slice(size).find(isOf('customer_health_update')) as Of<'customer_health_update'>
    const { student_id, sessions_last_30_days } = update.payload
    const index = stream.indexOf(update)
    const found = await check(
      damaged(stream, index, { sessions_last_30_days: sessions_last_30_days + 5 }).slice(0, index + 1),
    )
    expect(rules(found)).toContain(`${index} 5`)
    const named = stream.findIndex(
      (event) => isOpening(event) && 'student_id' in event.payload && event.payload.student_id === student_id,
    )
    const lessTold = damaged(stream, named, { sessions_last_30_days: 0, sessions_last_7_days: 0 })
    expect(rules(await check(lessTold.slice(0, index + 1)))).toContain(`${index} 5`)
  })

  it('says how markets stand by the same bands as later, and scores by the same formula', async () => {
    const market = stream.findIndex((event) => isOpening(event) && event.event_type === 'supply_demand_update')
    expect(
      rules(
        await check(damaged(stream, market, { demand_score: 100, supply_score: 0, balance_status: 'oversupplied' })),
      ),
    ).toEqual([`${market} 7`])
    expect(rules(await check(damaged(stream, 0, { health_score: 1.5 })))).toContain('0 6')
  })

  it('has the ids that its content calls for', async () => {
    const other = (stream[1] as Event).event_id
    const wrong = stream.map((event, place) =>
      place === 0 ? { ...event, event_id: other.replace('stu', 'tut') } : event,
    )
    expect(rules(await check(wrong.slice(0, size)))).toContain('0 1')
  })
})

it('a stream that begins with how markets stand at birth begins at birth', async () => {
  const stream = await opened('0d', 0, 40)
  expect(stream.filter(isOpening).map(({ event_type }) => event_type)).toEqual(Array(45).fill('supply_demand_update'))
  expect(rules(await check(stream))).toEqual([])
  expect(rules(await check(stream, { sinceBirth: true }))).toEqual([])
})

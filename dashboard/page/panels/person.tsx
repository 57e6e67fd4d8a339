// A person over the right third: who they are, how they are, their sessions, calls and health, what is planned, and the why
// of each event. Times are on their own clocks. The rest of the page stays, and stays live.

import { useEffect, useRef } from 'preact/hooks'
import { person } from '../data/address.ts'
import type { FeedEvent, Person } from '../data/api.ts'
import { zone } from '../data/live.ts'
import { personLine, shownPerson } from '../data/person.ts'
import { Icon, Mark } from '../parts/icons.tsx'
import { copy } from '../parts/take.ts'
import { clock, day, weekdayAndDay } from '../time/zone.ts'
import { capital, counted, figure, plain, sessionKind, ZONES } from '../words.ts'
import { isBad, Sentence, Who } from './event.tsx'
import { Life } from './life.tsx'
import { TutorWeek } from './tutor-week.tsx'
import { Why } from './why.tsx'

export function PersonDrawer() {
  const id = person.value
  const place = useRef<HTMLElement>(null)
  const from = useRef<Element | null>(null)
  useEffect(() => {
    if (id === null) return
    from.current ??= document.activeElement
    place.current?.focus()
  }, [id])
  if (id === null) return null
  const close = (): void => {
    person.value = null
    // A line of the feed goes when others come: what is nearest to it and holds nothing still is the first of its filters.
    const back = from.current?.isConnected ? from.current : document.querySelector('#feed select')
    if (back instanceof HTMLElement) back.focus()
    from.current = null
  }
  const told = shownPerson.value
  return (
    <aside
      class="drawer"
      ref={place}
      tabIndex={-1}
      aria-label={told === null ? id : `${told.name}, simulated ${told.kind}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        close()
      }}
    >
      <button type="button" class="icon close" aria-label="Close" title="Close (Escape)" onClick={close}>
        <Icon of="close" />
      </button>
      {told !== null && <Told of={told} />}
      {told === null && personLine.value !== null && (
        <div class="empty">
          <strong>{id}</strong>
          <p>{personLine.value}</p>
        </div>
      )}
    </aside>
  )
}

function Told({ of }: { of: Person }) {
  const own = ZONES[String(of.state.timezone)] ?? { zone: zone.value, name: '' }
  const { subjects, region } = of.state as { subjects?: string[]; region?: string }
  const since = of.heard_since === null ? null : day(of.heard_since, own.zone)
  return (
    <>
      <h2>{of.name}</h2>
      <p class="quiet">
        <button type="button" class="plain" title="Copy the id" onClick={() => copy(of.id, of.id)}>
          {of.id}
        </button>{' '}
        · simulated {of.kind}
        {region !== undefined && ` in the ${region}`}
        {since !== null && ` · heard of since ${since}`}
      </p>
      {(of.email !== '' || of.phone !== '') && (
        <p class="quiet small">
          {of.email} · {of.phone} (invented)
        </p>
      )}
      {of.kind === 'student' ? <StudentFacts of={of} /> : <TutorFacts of={of} />}
      {subjects !== undefined && <p class="quiet small subjects">{subjects.join(', ')}</p>}
      {of.kind === 'student' ? <Life of={of} /> : <TutorWeek of={of} zone={own.zone} />}
      <Planned of={of} zone={own.zone} />
      <section aria-label="What happened">
        <h3>
          What happened{' '}
          <span class="quiet">
            {of.timeline_count > of.timeline.length
              ? `the last ${of.timeline.length} of ${figure(of.timeline_count)} events`
              : counted(of.timeline_count, 'event')}
            {own.name !== '' && `, on ${own.name} clocks`}
          </span>
        </h3>
        <ol class="timeline">
          {of.timeline.map((event, place) => (
            <Line
              key={event.event_id}
              event={event}
              of={of}
              zone={own.zone}
              isFirstOfDay={dayOf(event, own.zone) !== dayOf(of.timeline[place - 1], own.zone)}
            />
          ))}
        </ol>
      </section>
    </>
  )
}

const dayOf = (event: FeedEvent | undefined, zone: string): string =>
  event === undefined ? '' : weekdayAndDay(event.at, zone)

function Line({
  event,
  of,
  zone,
  isFirstOfDay,
}: {
  event: FeedEvent
  of: Person
  zone: string
  isFirstOfDay: boolean
}) {
  return (
    <li>
      <span class="quiet small day">{isFirstOfDay && dayOf(event, zone)}</span>
      <time class="quiet small" dateTime={new Date(event.at).toISOString()} title={event.event_id}>
        {clock(event.at, zone)}
      </time>
      <Mark type={event.event_type} bad={isBad(event)} />
      <span class="what">
        <Sentence event={event} of={of.id} />
      </span>
      <Why event={event} />
    </li>
  )
}

interface Fact {
  name: string
  value: string
  isBad?: boolean
}

function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(({ name, value, isBad: bad }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class={bad ? 'wrong' : ''}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function StudentFacts({ of }: { of: Person }) {
  const last = of.health.at(-1)
  const payload = of.timeline.find(({ event_type }) => event_type === 'customer_health_update')?.payload
  const state = of.state as Record<string, number | string | boolean | null | undefined>
  const value = (name: string): number | null => (state[name] ?? payload?.[name] ?? null) as number | null
  const risk = String(state.churn_risk ?? last?.risk ?? '–')
  return (
    <Facts
      facts={[
        { name: 'State', value: state.in_session ? 'in a session' : plain(String(state.state ?? '–')) },
        { name: 'Health', value: figure(value('health_score') ?? last?.score, 0) },
        { name: 'Risk', value: risk, isBad: risk === 'high' },
        { name: 'Sessions, 30 days', value: figure(value('sessions_last_30_days')) },
        {
          name: 'Rating given',
          value: value('avg_session_rating') === null ? '–' : `${figure(value('avg_session_rating'), 1)} ★`,
        },
        { name: 'Calls, 14 days', value: figure(value('ib_calls_last_14_days')) },
      ]}
    />
  )
}

function TutorFacts({ of }: { of: Person }) {
  const state = of.state as Record<string, number | string | boolean | undefined>
  const rated = of.sessions.filter(({ rating }) => rating !== null)
  const mean = rated.reduce((sum, { rating }) => sum + (rating ?? 0), 0) / rated.length
  return (
    <Facts
      facts={[
        { name: 'State', value: plain(String(state.state ?? '–')) },
        { name: 'Hours this week', value: figure(state.available_hours_this_week as number | undefined) },
        { name: 'Hours left', value: figure(((state.minutes_left_this_week as number | undefined) ?? 0) / 60, 1) },
        { name: 'Sessions taught', value: figure(state.sessions_taught as number | undefined) },
        { name: 'Rating, shown', value: rated.length === 0 ? '–' : `${figure(mean, 1)} ★` },
        { name: 'Books at once', value: state.accepts_instant_book ? 'yes' : 'no' },
      ]}
    />
  )
}

function Planned({ of, zone }: { of: Person; zone: string }) {
  const { slots } = of.state as { slots?: Slot[] }
  if (of.planned.length === 0 && (slots ?? []).length === 0) return null
  return (
    <section aria-label="What is planned">
      <h3>Planned</h3>
      <ul class="planned">
        {of.planned.map(({ at, subject, session_type }) => (
          <li key={at}>
            {weekdayAndDay(at, zone)} {clock(at, zone)}, {subject}, {sessionKind(session_type)}
          </li>
        ))}
        {slots?.map((slot) => (
          <li key={`${slot.weekday} ${slot.time} ${slot.subject}`} class="quiet">
            {slot.rhythm === 'weekly' ? 'Every' : `${capital(plain(slot.rhythm))},`} {slot.weekday} {slot.time},{' '}
            {slot.subject}, {slot.scheduled_duration_minutes} min
            {slot.tutor_id && (
              <>
                {' '}
                with <Who id={slot.tutor_id} />
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

interface Slot {
  weekday: string
  time: string
  subject: string
  rhythm: string
  scheduled_duration_minutes: number
  tutor_id?: string | null
}

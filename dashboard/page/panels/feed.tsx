// Events as they come, newest first, by type, subject and region. A name opens the person.

import { computed, signal } from '@preact/signals'
import { place, type } from '../data/address.ts'
import type { FeedEvent } from '../data/api.ts'
import { feed, feedQuery, filter, focused, fresh, held, isRead, pointedAt, scrolled } from '../data/feed.ts'
import { world, zone } from '../data/live.ts'
import { past, view } from '../data/shown.ts'
import { Mark } from '../parts/icons.tsx'
import { Panel } from '../parts/panel.tsx'
import { clock, dayAndClock } from '../time/zone.ts'
import { capital, typeName } from '../words.ts'
import { isBad, Sentence } from './event.tsx'
import { Find } from './find.tsx'

const isEmpty = computed(() => view.value === null)

/** Lines that fit into the panel. What nobody scrolls to is not drawn: in a fast world all lines are new twice a second. */
const fitting = signal(Number.POSITIVE_INFINITY)
/** The least that one takes; pixels. */
const LINE_HEIGHT = 22

function fit(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined
  const observer = new ResizeObserver(() => {
    fitting.value = Math.ceil(element.clientHeight / LINE_HEIGHT) + 1
  })
  observer.observe(element)
  return () => observer.disconnect()
}

type On<Event> = Event & { currentTarget: HTMLElement }

/** Fingers and pens leave with every stroke that they scroll by, and before anything has moved. */
let isByFinger = false
const STROKE_MS = 300

function enter({ pointerType }: PointerEvent): void {
  isByFinger = pointerType !== 'mouse'
  pointedAt.value = true
}

function leave({ currentTarget }: On<PointerEvent>): void {
  const release = (): void => {
    pointedAt.value = false
    goToTop(currentTarget)
  }
  if (isByFinger) setTimeout(release, STROKE_MS)
  else release()
}

function blur({ currentTarget, relatedTarget }: On<FocusEvent>): void {
  // The focus goes from one name to the next, …
  if (relatedTarget instanceof Node && currentTarget.contains(relatedTarget)) return
  // … or to another window, from which it comes back.
  if (currentTarget.contains(document.activeElement)) return
  focused.value = false
  goToTop(currentTarget)
}

/** What goes on is at the top. */
function goToTop(element: HTMLElement): void {
  if (!isRead.peek()) element.scrollTop = 0
}

export function FeedPanel() {
  const known = world.value
  if (known === null || isEmpty.value) return <section class="card" />
  const events = feed.value
  const runs = folded(events)
  return (
    <Panel
      id="feed"
      title={past.value === null ? 'Now' : 'Then'}
      legend={<Filters />}
      table={() => ({
        head: ['event_id', 'at', 'event_type', 'region', 'payload'],
        rows: events.map((event) => [
          event.event_id,
          new Date(event.at).toISOString(),
          event.event_type,
          event.region,
          JSON.stringify(event.payload),
        ]),
      })}
      query={feedQuery}
    >
      <div
        // Another one for what is asked for anew: it begins at its top.
        key={filter.value}
        class="feed"
        ref={fit}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label="Events, newest first"
        onPointerEnter={enter}
        onPointerLeave={leave}
        onFocusIn={() => {
          focused.value = true
        }}
        onFocusOut={blur}
        onScroll={({ currentTarget }) => {
          scrolled.value = isByFinger && currentTarget.scrollTop > 0
        }}
      >
        {events.length === 0 ? (
          <p class="empty">Nothing of this kind has happened yet.</p>
        ) : (
          <ol>
            {(isRead.value ? runs : runs.slice(0, fitting.value)).map((run) => (
              <Line key={run[0].event_id} run={run} />
            ))}
          </ol>
        )}
      </div>
    </Panel>
  )
}

type Run = [FeedEvent, ...FeedEvent[]]

/** All markets report at one instant: together they are one line, unless somebody looks for them. */
function folded(events: readonly FeedEvent[]): Run[] {
  const runs: Run[] = []
  const isAskedFor = type.value === 'supply_demand_update' || place.value.subject !== null
  for (const event of events) {
    const last = runs.at(-1)
    const goesOn = last?.[0].event_type === 'supply_demand_update' && last[0].event_type === event.event_type
    if (goesOn && last[0].at === event.at && !isAskedFor) last.push(event)
    else runs.push([event])
  }
  return runs
}

function Line({ run }: { run: Run }) {
  const [event] = run
  const short = run.filter(isBad).length
  return (
    <li class={fresh.value.has(event.event_id) ? 'new' : ''}>
      <time
        dateTime={new Date(event.at).toISOString()}
        title={`${dayAndClock(event.at, zone.value)}, ${event.event_id}`}
      >
        {clock(event.at, zone.value, true)}
      </time>
      <Mark type={event.event_type} bad={short > 0} />
      <span class="line">
        {run.length > 1 ? (
          <>
            <b>{run.length} markets</b> told how they stand, {short === 0 ? 'none' : short} short of tutors
          </>
        ) : (
          <Sentence event={event} />
        )}
      </span>
    </li>
  )
}

function Filters() {
  const known = world.value
  if (known === null) return null
  const { subject, region } = place.value
  return (
    <div class="filters">
      {held.value && past.value === null && <span class="held">held</span>}
      <Choice
        name="Type of event"
        all="All events"
        value={type.value}
        choices={known.event_types}
        say={typeName}
        choose={(chosen) => {
          type.value = chosen
        }}
      />
      <Choice
        name="Subject"
        all="All subjects"
        value={subject}
        choices={known.subjects}
        say={(name) => name}
        choose={(chosen) => {
          place.value = { subject: chosen, region }
        }}
      />
      <Choice
        name="Region"
        all="All regions"
        value={region}
        choices={known.regions}
        say={capital}
        choose={(chosen) => {
          place.value = { subject, region: chosen }
        }}
      />
      <Find />
    </div>
  )
}

interface ChoiceProps {
  name: string
  all: string
  value: string | null
  choices: readonly string[]
  say: (choice: string) => string
  choose: (choice: string | null) => void
}

function Choice({ name, all, value, choices, say, choose }: ChoiceProps) {
  return (
    <select aria-label={name} value={value ?? ''} onChange={({ currentTarget }) => choose(currentTarget.value || null)}>
      <option value="">{all}</option>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {say(choice)}
        </option>
      ))}
    </select>
  )
}

// The first screen of a report: whether a stream looks real, which rows are off, and what differs the most, in a sentence each.

import { grouped, plural } from '../../engine/index.ts'
import type { Rule } from '../../model/checker/index.ts'
import { TOPICS, type Topic } from '../../model/realism/index.ts'
import { gauge } from './gauge.ts'
import type { Panel } from './panel.ts'
import { signatures } from './panels.ts'
import { differencesOf, type Shown, verdictOf } from './verdict.ts'
import { dayName, escaped, figure, plain } from './words.ts'

const DIFFERENCES_MAX = 7

/** What each rule of the checker is about, in people's language. */
const RULES: Record<Rule, string> = {
  format: 'fields that are not as the six types have them',
  1: 'ids, order and causes',
  2: 'sessions that do not end as they began',
  3: 'two sessions at once',
  4: 'tutors who teach what they do not offer',
  5: "counts that the student's own sessions and calls contradict",
  6: 'scores that do not follow from their numbers',
  7: 'a status that its scores contradict',
  8: 'complaints without a session',
  9: 'people who are heard of after they left',
  10: 'instants outside their tick',
}

export function glance(shown: readonly Shown[], panelHtml: (panel: Panel) => string): string {
  const [first, against] = shown
  if (!first) return ''
  const verdicts = shown.map((each, stream) => verdict(each, stream, shown.length > 1))
  return `<section class="glance">
<div class="told${against ? '' : ' alone'}">${verdicts.join('')}${differences(first, against)}</div>
<div class="signatures">${signatures(shown).map(panelHtml).join('')}</div>
</section>`
}

function verdict(shown: Shown, stream: number, several: boolean): string {
  const { words, within, judged, unjudged } = verdictOf(shown)
  const { events, days, students, tutors, first, last, unreadable } = shown.reading.stream
  const span = first === null || last === null ? 'no event' : spanOf(first, last, days)
  const counts = `${grouped(events)} events of ${grouped(students)} students and ${grouped(tutors)} tutors, ${span}`
  const unread = unreadable > 0 ? `; ${grouped(unreadable)} lines are no event` : ''
  const bySettings = shown.reading.rows.filter((row) => row.unjudged !== undefined).length
  const not = [
    unjudged > bySettings ? `; ${unjudged - bySettings} more cannot be told from it` : '',
    bySettings > 0 ? `; ${bySettings} are not judged, as settings move them` : '',
  ].join('')
  const tone = words.toLowerCase().replaceAll(' ', '-')
  return `<section class="card verdict ${tone}">
<h2>${several ? `<i class="mark s${stream}"></i>` : ''}${escaped(shown.name)}</h2>
<p class="big">${words}</p>
<p>${within} of ${judged} rows of the calibration are on target${not}.</p>
${board(shown)}
<p>${contradictions(shown)}</p>
<p class="quiet">${escaped(counts + unread)}</p>
</section>`
}

/** `1 Sep 2025 to 28 Jun 2026`, or the hours of a short stream. */
function spanOf(first: string, last: string, days: number): string {
  if (days >= 1) return `${dayName(first)} to ${dayName(last)}`
  const hours = days * 24
  return `${hours >= 1 ? figure(hours, 'h') : figure(hours * 60, 'min')} of ${dayName(first)}`
}

/** A field a row, by topic: full where it is on target, crossed where it is off, hollow where the stream cannot tell. */
function board({ reading: { rows } }: Shown): string {
  const topics = (Object.keys(TOPICS) as Topic[]).flatMap((topic) => {
    const own = rows.filter((row) => row.topic === topic)
    if (own.length === 0) return []
    const fields = own.map(({ id, quantity, within, unjudged }) => {
      const state = within === null ? 'untold' : within ? 'on' : 'off'
      const said = { untold: unjudged ? 'not judged' : 'cannot be told', on: 'on target', off: 'off target' }[state]
      const title = escaped(`${id.replace('-', ' ')}, ${plain(quantity)}: ${said}`)
      return `<a href="#row-${id}" class="field ${state}" title="${title}" aria-label="${title}">${within === false ? '×' : ''}</a>`
    })
    return [`<span class="topic"><a href="#${topic}">${TOPICS[topic]}</a><span>${fields.join('')}</span></span>`]
  })
  return `<div class="board">${topics.join('')}</div>`
}

function contradictions({ checked: { events, violations, violationsByRule }, reading: { stream } }: Shown): string {
  if (violations === 0) return stream.events === 0 ? '' : 'No event contradicts another.'
  const rules = Object.entries(violationsByRule).sort(([, a], [, b]) => b - a)
  const named = rules.slice(0, 3).map(([rule]) => RULES[rule as unknown as Rule])
  const rate = (100 * violations) / Math.max(1, events)
  const said =
    rate < 1
      ? `${grouped(violations)} ${plural(violations, 'contradiction')} in ${grouped(events)} events`
      : `${figure(rate)} contradictions for every 100 events`
  return `<strong class="off">${said}</strong>: ${escaped(named.join('; '))}.`
}

function differences(first: Shown, against: Shown | undefined): string {
  const told = differencesOf(first, against, DIFFERENCES_MAX)
  const heading = against ? 'Where the two differ the most' : 'What is off the most'
  const none = against ? 'The two do not differ in anything that matters.' : 'Nothing that can be told is off target.'
  const list = told.map(({ row, subject, said, part, other }) => {
    const measured = other ? [part.measured, other.measured] : [part.measured]
    return `<li><a href="#row-${row}"><span><b>${escaped(subject)}:</b> ${escaped(said)}</span>${gauge(part, measured)}</a></li>`
  })
  return `<section class="card differences"><h2>${heading}</h2>${list.length > 0 ? `<ol>${list.join('')}</ol>` : `<p>${none}</p>`}</section>`
}

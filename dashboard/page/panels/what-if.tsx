// What if: from an instant on, something is otherwise. The world is forked there, on the same chance, and both live on.

import { signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { twinName } from '../data/address.ts'
import type { Input, Kind, Twin, World } from '../data/api.ts'
import { Refused, tell } from '../data/ask.ts'
import { DAY, story, world, zone } from '../data/live.ts'
import { shownAt } from '../data/shown.ts'
import { Dialog } from '../parts/dialog.tsx'
import { instant, typedInstant } from '../time/zone.ts'
import { capital, plain, reasonName } from '../words.ts'

export const isAsking = signal(false)

const close = (): void => {
  isAsking.value = false
}

export function WhatIf() {
  const known = world.value
  return isAsking.value && known !== null ? <Form known={known} kinds={story.value?.kinds ?? {}} /> : null
}

/** The choice that is students by region; the others are the world's own what-ifs, by place, and kinds of intervention. */
const STUDENTS = 'students'
const DAYS_BEFORE = 7

function Form({ known, kinds }: { known: World; kinds: Record<string, Kind> }) {
  // A change at the very present has nothing to show yet.
  const first = Math.max(
    known.start,
    shownAt.peek() >= known.end - DAY ? shownAt.peek() - DAYS_BEFORE * DAY : shownAt.peek(),
  )
  const whatIfs = known.default_what_ifs
  const [choice, choose] = useState(whatIfs.length > 0 ? '0' : STUDENTS)
  const [wrong, setWrong] = useState<string | null>(null)
  const [isSending, setSending] = useState(false)
  const kind = kinds[choice]
  const whatIf = whatIfs[Number(choice)]

  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const said = new FormData(event.currentTarget as HTMLFormElement)
    const at = typedInstant(String(said.get('at')), shownAt.peek(), zone.value)
    if (at === null) {
      setWrong('From: an instant such as 27 Jan 2026, 09:00')
      return
    }
    setSending(true)
    try {
      const input = whatIf?.input ?? inputOf(said, kind, choice, at)
      const { name } = await tell<Twin>('/api/what-if', { at, input })
      twinName.value = name
      close()
    } catch (error) {
      setWrong(error instanceof Refused ? error.message : 'The server does not answer.')
      setSending(false)
    }
  }
  return (
    <Dialog title="What if…" close={close}>
      <form onSubmit={send}>
        <label>
          What changes
          <select name="what" value={choice} onChange={({ currentTarget }) => choose(currentTarget.value)}>
            {whatIfs.map(({ label }, place) => (
              <option key={label} value={String(place)}>
                {label}
              </option>
            ))}
            <option value={STUDENTS}>More or fewer students</option>
            {Object.keys(kinds).map((name) => (
              <option key={name} value={name}>
                {capital(plain(name))}
              </option>
            ))}
          </select>
        </label>
        <p class="quiet">{whatIf?.sentence ?? kind?.sentence ?? 'People join, or leave, over some weeks.'}</p>
        <div class="fields">
          {choice === STUDENTS && <Students known={known} />}
          {kind !== undefined && <Details key={choice} kind={kind} known={known} />}
          <label class="wide">
            From
            <input name="at" defaultValue={instant(first, zone.value)} autocomplete="off" />
          </label>
        </div>
        <p class="quiet small">
          The world is split there. Both halves have the same people and the same chance, so every difference is an
          effect of what you change.
        </p>
        <footer>
          {wrong !== null && (
            <span class="wrong" role="alert">
              {wrong}
            </span>
          )}
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="first" disabled={isSending}>
            Ask
          </button>
        </footer>
      </form>
    </Dialog>
  )
}

function Students({ known }: { known: World }) {
  return (
    <>
      <Region known={known} />
      <label>
        Students there
        <input
          name="size"
          type="number"
          min="0"
          max="1000000"
          step="1"
          required
          defaultValue={String(known.students)}
        />
      </label>
    </>
  )
}

function Region({ known }: { known: World }) {
  return (
    <label>
      Region
      <select name="region">
        <option value="">all</option>
        {known.regions.map((region) => (
          <option key={region}>{region}</option>
        ))}
      </select>
    </label>
  )
}

const LENGTHS: [string, number][] = [
  ['for good', 0],
  ['for a day', 1],
  ['for three days', 3],
  ['for a week', 7],
  ['for two weeks', 14],
]

function Details({ kind, known }: { kind: Kind; known: World }) {
  const { unit, least, most, neutral } = kind.size
  return (
    <>
      <label class="wide">
        {capital(unit)}: {least} to {most}, {neutral} changes nothing
        <input name="size" type="number" min={least} max={most} step="any" required />
      </label>
      {kind.where.includes('region') && <Region known={known} />}
      {kind.where.includes('subject') && (
        <label>
          Subject
          <select name="subject">
            <option value="">all</option>
            {known.subjects.map((subject) => (
              <option key={subject}>{subject}</option>
            ))}
          </select>
        </label>
      )}
      {kind.reasons && (
        <label>
          Reason
          <select name="reason">
            <option value="">all</option>
            {known.reasons.map((reason) => (
              <option key={reason} value={reason}>
                {reasonName(reason)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        How long
        <select name="days" defaultValue={kind.atOnce ? '0' : '7'}>
          {LENGTHS.map(([name, days]) => (
            <option key={name} value={days}>
              {kind.atOnce && days === 0 ? 'at once' : name}
            </option>
          ))}
        </select>
      </label>
    </>
  )
}

function inputOf(said: FormData, kind: Kind | undefined, name: string, at: number): Input {
  const word = (field: string): string | undefined => (said.get(field) as string | null) || undefined
  const size = Number(said.get('size'))
  const [region, subject, reason] = ['region', 'subject', 'reason'].map(word)
  if (kind === undefined) return { [region === undefined ? 'students' : `students.${region}`]: size }
  const days = Number(said.get('days'))
  return {
    intervene: {
      kind: name,
      size,
      where: { ...(region && { region }), ...(subject && { subject }) },
      from: at,
      ...(days > 0 && { until: at + days * DAY }),
      ...(reason && { reason }),
    },
  }
}

// Settings with their words: each has those of its own name, or of the group that it is part of.

import { SETTINGS, type Setting } from './catalogue.ts'
import { calls } from './words/calls.ts'
import { clock } from './words/clock.ts'
import { growth } from './words/growth.ts'
import { markets } from './words/markets.ts'
import { people } from './words/people.ts'
import { sessions } from './words/sessions.ts'
import { shocks } from './words/shocks.ts'
import { slots } from './words/slots.ts'
import { tutors } from './words/tutors.ts'
import type { Moves, Told, Words } from './words/words.ts'

const WORDS: Readonly<Record<string, Words>> = {
  people,
  growth,
  sessions,
  slots,
  tutors,
  calls,
  markets,
  shocks,
  clock,
}

/** A setting as people are told of it. */
export interface ToldSetting extends Setting {
  readonly description: string
  readonly moves: Moves
  readonly source: string
}

export const TOLD_SETTINGS: readonly ToldSetting[] = SETTINGS.map((setting) => {
  const [description, moves, source] = wordsOf(setting.name)
  return { ...setting, description, moves, source }
})

export const toldByName: ReadonlyMap<string, ToldSetting> = new Map(
  TOLD_SETTINGS.map((setting) => [setting.name, setting]),
)

/** Words that are about no setting: someone has renamed it. */
export function wordsOfNone(): string[] {
  const used = new Set(SETTINGS.map(({ name }) => keyOf(name)))
  return Object.entries(WORDS).flatMap(([group, words]) =>
    Object.keys(words)
      .map((key) => `${group}.${key}`)
      .filter((key) => !used.has(key)),
  )
}

function wordsOf(name: string): Told {
  const key = keyOf(name)
  const told = key === undefined ? undefined : toldBy(key)
  if (!told) throw new Error(`model/settings/words/ says nothing of ${name}`)
  return told
}

/** `calls.priority.*` for `calls.priority.billing_question.high`, unless there is one that says more. */
function keyOf(name: string): string | undefined {
  const parts = name.split('.')
  const groups = parts.map((_, at) => `${parts.slice(0, parts.length - at - 1).join('.')}.*`)
  return [name, ...groups].find((key) => toldBy(key) !== undefined)
}

function toldBy(key: string): Told | undefined {
  const at = key.indexOf('.')
  return WORDS[key.slice(0, at)]?.[key.slice(at + 1)]
}

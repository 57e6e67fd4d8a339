// What `--settings` names: a file of settings, or one of the built-in ones as `preset:NAME`. What is wrong in a file is told with its
// place in it; what is wrong with it beside an option or a world, of the file as a whole.

import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { nearest, OptionError } from '../../engine/index.ts'
import type { SettingsInput } from '../../model/index.ts'
import { readStructured } from './structuredfile.ts'

const PRESET = 'preset:'
const ENDING = '.yaml'

export interface GivenFile {
  /** As it was named. */
  readonly name: string
  readonly input: SettingsInput
}

/** A built-in file of settings. */
export interface Preset {
  readonly name: string
  /** What it is for: the first line of the file. */
  readonly sentence: string
}

/**
 * @param check what is to hold of them; the path of what it throws is a place in the file
 * @throws OptionError of one line
 */
export async function readSettings(
  name: string,
  check: (input: SettingsInput) => void,
  option = 'settings',
): Promise<GivenFile> {
  const read = await readStructured(option, fileOf(name, option))
  // A file that says nothing, or only something in comments, asks for nothing.
  const input = (read.content ?? {}) as SettingsInput
  try {
    check(input)
  } catch (error) {
    throw read.wrong(error, 'settings')
  }
  return { name, input }
}

export function presets(): Preset[] {
  return names().map((name) => {
    const [first = ''] = readFileSync(join(folder(), `${name}${ENDING}`), 'utf8').split('\n')
    return { name, sentence: first.replace(/^#\s*/, '') }
  })
}

/** @throws OptionError where there is no such preset */
function fileOf(name: string, option: string): string {
  if (!name.startsWith(PRESET)) return name
  const preset = name.slice(PRESET.length)
  const known = names()
  if (known.includes(preset)) return join(folder(), `${preset}${ENDING}`)
  const meant = nearest(preset, known)
  const rule = meant ? `no preset; is ${PRESET}${meant} meant?` : `no preset; there are ${known.join(', ')}`
  throw new OptionError({ option, rule, value: name })
}

function names(): string[] {
  return readdirSync(folder())
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length))
    .sort()
}

/** Where the package has them: this file is elsewhere in it once it is built. */
function folder(): string {
  return dirname(createRequire(import.meta.url).resolve(`tutorsim/presets/calm${ENDING}`))
}

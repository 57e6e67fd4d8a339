// `tutorsim settings`: every setting, one of them, or what a file of settings makes of a world. Data goes to standard output.

import { nearest, OptionError } from '../../engine/index.ts'
import { GROUP_NAMES, layered, listedSettings, partsOf, settingByName, settingsFrom } from '../../model/index.ts'
import { checkFile } from '../terminal/plan.ts'
import { presets, readSettings } from '../terminal/settingsfile.ts'
import { settingsText, settingText } from '../terminal/settingslist.ts'
import { UsageError } from '../terminal/usage.ts'
import { trialOf, trialText } from './trial.ts'

const COLUMNS = 100

/** @param name of a setting or of a group; all of them @returns the exit code @throws UsageError */
export function settings(name: string | undefined, { json }: { json?: boolean }): number {
  const all = listedSettings()
  const names = all.map((one) => one.name)
  const isOne = name !== undefined && names.includes(name)
  if (name !== undefined && !isOne && !GROUP_NAMES.has(name)) {
    const meant = nearest(name, [...names, ...GROUP_NAMES]) ?? names.find((one) => one.endsWith(`.${name}`))
    throw new UsageError(
      `${name}: no setting${meant ? `; is ${meant} meant?` : '; tutorsim settings lists them, and settings check FILE reads a file'}`,
    )
  }
  if (json) {
    const told = all.filter((one) => name === undefined || one.name === name || one.name.startsWith(`${name}.`))
    process.stdout.write(`${JSON.stringify(isOne ? told[0] : told, null, 2)}\n`)
  } else if (isOne) process.stdout.write(settingText(name))
  else {
    const bold = process.stdout.isTTY === true && !process.env.NO_COLOR
    process.stdout.write(settingsText(name, bold, process.stdout.columns ?? COLUMNS))
    if (name === undefined) process.stdout.write(`\n${presetsText()}`)
  }
  return 0
}

function presetsText(): string {
  const all = presets()
  const width = Math.max(...all.map(({ name }) => name.length))
  return `Built in, as --settings preset:NAME:\n${all.map(({ name, sentence }) => `  ${name.padEnd(width)}  ${sentence}\n`).join('')}`
}

/** @param name a file, or preset:NAME @returns the exit code @throws UsageError of one line: place, rule and value */
export async function checkSettings(name: string, { json }: { json?: boolean }): Promise<number> {
  const { input } = await readSettings(name, checkFile, 'settings').catch((error) => {
    throw error instanceof OptionError ? new UsageError(`${name}: ${error.rule}`, { cause: error }) : error
  })
  const { others, values } = partsOf(input)
  const differs = [...values].filter(([one, value]) => settingByName.get(one)?.default !== value)
  const changed = { ...others, ...Object.fromEntries(differs) }
  const trial = trialOf(settingsFrom(layered(input, { students: 500, tick: '1d', start: '2026-01-05T00:00:00Z' })))
  if (json) process.stdout.write(`${JSON.stringify({ differs: changed, trial })}\n`)
  else process.stdout.write(trialText(changed, trial))
  return 0
}

// The file that `-c settings=FILE` names: read and judged by the command that anybody has for it, and put beside the bundle as JSON.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { DeploymentError } from './deployment-error.ts'

/** Beside a handler, under this name. */
export const SETTINGS_FILE = 'settings.json'

const COMMAND = join(import.meta.dirname, '../cli/tutorsim.js')
/** What a deployment says by choices of its own. */
const CHOSEN = {
  seed: 'seed',
  students: 'students',
  rate: 'eventsPerRun',
  tick: 'tick',
  start: undefined,
  warmup: undefined,
}

/**
 * Settings as JSON.
 * @param name of a file of YAML or JSON, or preset:NAME
 * @throws DeploymentError
 */
export function settingsJson(name: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'settings', 'check', name, '--json'], {
    encoding: 'utf8',
  })
  if (status !== 0) {
    const rule = stderr
      .trim()
      .replace(/^tutorsim: /, '')
      .replace(`${name}: `, '')
    throw new DeploymentError({ option: 'settings', rule, value: name })
  }
  const { differs } = JSON.parse(stdout) as { differs: Record<string, unknown> }
  for (const [setting, choice] of Object.entries(CHOSEN)) {
    if (!(setting in differs)) continue
    const rule = choice ? `${setting} is said by -c ${choice}` : `${setting} follows from the first run`
    throw new DeploymentError({ option: 'settings', rule, value: name })
  }
  return JSON.stringify(differs)
}

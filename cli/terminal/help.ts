// How `--help` looks: options in groups, then how they are set in the environment, then examples.

import type { Command, Help, Option } from 'commander'

/** Of each option its description, with its default where it has one. */
export const HELP: Partial<Help> = {
  optionDescription: ({ description, defaultValue }) =>
    defaultValue === undefined ? description : `${description} (default: ${defaultValue})`,
}

/** Adds options under a heading. */
export function group(command: Command, heading: string, options: readonly Option[]): void {
  command.optionsGroup(heading)
  for (const option of options) command.addOption(option)
}

/** Ends the help of a command. */
export function examples(command: Command, lines: readonly string[]): void {
  command.helpOption('-h, --help', 'show this help')
  const [option] = command.options
  const { long, envVar } = option ?? {}
  const variables = envVar ? `\nEach option can also be set in the environment: ${long} as ${envVar}.\n` : ''
  const indented = lines.map((line) => `    ${line}`).join('\n')
  command.addHelpText('after', `${variables}\nExamples:\n${indented}`)
}

// Settings as people read them: a group under a heading, a line a setting, weights of one whole on one line.

import { BASICS, type ListedSetting, listed, listedSettings, SETTINGS, type Setting } from '../../model/index.ts'

const GROUP_SENTENCES: Readonly<Record<string, string>> = {
  world: 'which world it is, how large, when',
  people: 'plans, subjects, where students live, when they learn',
  growth: 'sign-ups, season, pauses, returns, leaving',
  sessions: 'types, lengths, waits, lateness, failures, ratings',
  slots: 'standing lessons, what becomes of them, how long a tutor is kept',
  tutors: 'how many, their hours, quality, coming and leaving',
  calls: 'by reason: how many, after what, when, how they end',
  markets: 'shortages, and what they do',
  shocks: 'weather, illness, tests, releases, outages, prices',
  clock: "people's hours against yours",
}

const NAME_COLUMNS = 46
const VALUE_COLUMNS = 26

/** One line of the list: a setting, or the weights of a whole. */
interface Line {
  name: string
  value: string
  range: string
  sentence: string
}

/** The whole list, or the settings that stand under a name. @param bold whether headings stand out */
export function settingsText(under: string | undefined, bold: boolean, columns: number): string {
  const strong = (text: string): string => (bold ? `\u001b[1m${text}\u001b[22m` : text)
  const dim = (text: string): string => (bold ? `\u001b[2m${text}\u001b[22m` : text)
  const groups = under === undefined ? ['world', ...groupNames()] : [under.split('.')[0] as string]
  const parts = groups.map((group) => {
    const lines = (group === 'world' ? BASICS.map(ofBasic) : linesOf(group)).filter(
      ({ name }) => under === undefined || under === group || name.startsWith(under),
    )
    const told = lines.map(({ name, value, range, sentence }) => {
      const head = `  ${name.padEnd(NAME_COLUMNS)} ${value.padEnd(VALUE_COLUMNS)} ${dim(range)}`.trimEnd()
      return [head, ...wrapped(sentence, Math.min(columns, 110) - 6).map((line) => dim(`      ${line}`))].join('\n')
    })
    return [`${strong(group)}: ${GROUP_SENTENCES[group] ?? ''}`, ...told].join('\n')
  })
  return `${parts.join('\n\n')}\n`
}

/** All there is to say of one setting. */
export function settingText(name: string): string {
  const setting = listedSettings().find((one) => one.name === name) as ListedSetting
  const { default: usual, minimum, maximum, unit, source, description } = setting
  const range = minimum === undefined && maximum === undefined ? [] : [`range    ${rangeOf(setting)}`]
  const value = usual === null ? 'none' : String(usual)
  const own = SETTINGS.find((one) => one.name === name)
  const example = own ? exampleOf(own) : []
  return `${[name, `  ${description}`, '', ...[`default  ${value}`, ...range, `unit     ${unit}`, `source   ${source}`, ...example].map((line) => `  ${line}`)].join('\n')}\n`
}

function exampleOf(setting: Setting): string[] {
  const { default: usual, minimum, maximum } = setting
  const doubled =
    usual > 0 && 2 * usual <= maximum ? 2 * usual : usual > minimum ? (usual + minimum) / 2 : (usual + maximum) / 2
  const value = Number(doubled.toPrecision(2))
  const example = setting.integer ? Math.round(value) : value
  const inLife = setting.atBirth === undefined ? [`in life  tutorsim set WORLD ${setting.name}=${example}`] : []
  return [`in file  ${setting.name}: ${example}`, ...inLife]
}

function groupNames(): string[] {
  return [...new Set(SETTINGS.map(({ name }) => name.split('.')[0] as string))]
}

function linesOf(group: string): Line[] {
  const lines: Line[] = []
  const wholes = new Map<string, Line>()
  for (const setting of SETTINGS) {
    const { name, wholeOf, default: usual } = setting
    if (!name.startsWith(`${group}.`)) continue
    const { description } = listed(setting)
    if (wholeOf === undefined) {
      lines.push({ name, value: `${usual} ${setting.unit}`, range: rangeOf(setting), sentence: description })
      continue
    }
    const share = `${name.slice(wholeOf.length + 1)} ${usual}`
    const whole = wholes.get(wholeOf)
    if (whole) whole.sentence = `${whole.sentence}, ${share}`
    else {
      const line = { name: `${wholeOf}.…`, value: 'weights', range: '', sentence: `${description} ${share}` }
      wholes.set(wholeOf, line)
      lines.push(line)
    }
  }
  return lines
}

function ofBasic(basic: ListedSetting): Line {
  const { name, default: usual, unit, description } = basic
  return { name, value: usual === null ? '–' : String(usual), range: unit, sentence: description }
}

function rangeOf({ minimum, maximum }: Pick<ListedSetting, 'minimum' | 'maximum'>): string {
  if (maximum === undefined) return `from ${minimum}`
  return minimum === undefined ? `up to ${maximum}` : `${minimum} to ${maximum}`
}

function wrapped(text: string, columns: number): string[] {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string
    if (line.length + word.length >= columns) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}

// The table of settings as others see it: as a list, and as the JSON Schema of a file of settings.

import { BASICS, type ListedSetting } from './basics.ts'
import { GROUP_NAMES, GROUPS } from './catalogue.ts'
import { type Group, isDefinition, isWeights } from './definition.ts'
import { TOLD_SETTINGS, type ToldSetting } from './told.ts'

/** Every setting, in the order of the documentation. */
export function listedSettings(): ListedSetting[] {
  return [...BASICS, ...TOLD_SETTINGS.map(listed)]
}

export function listed({
  name,
  default: usual,
  minimum,
  maximum,
  unit,
  source,
  description,
  atBirth,
}: ToldSetting): ListedSetting {
  const told = atBirth === undefined ? description : `${description} Set at birth only: ${atBirth}.`
  return { name, default: usual, minimum, maximum, unit, source, description: told }
}

type Schema = Readonly<Record<string, unknown>>

const OF_BASICS: Readonly<Record<(typeof BASICS)[number]['name'], Schema>> = {
  seed: { type: 'string' },
  students: { type: 'integer', minimum: 1, maximum: 10_000_000 },
  rate: { type: 'number', exclusiveMinimum: 0 },
  start: { type: ['string', 'integer'] },
  tick: { type: ['string', 'integer'] },
  warmup: { type: ['string', 'integer'] },
  calendar: { type: 'object' },
  shocks: { enum: ['on', 'off'] },
}

/** JSON Schema, draft 2020-12, of a file of settings: in groups, by full names with dots, or both. */
export function settingsSchema(): Schema {
  const basics = BASICS.map(({ name, description }) => [name, { ...OF_BASICS[name], description }] as const)
  const names = [...GROUP_NAMES, ...TOLD_SETTINGS.map(({ name }) => name)]
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of a tutorsim world',
    description: 'A file of settings. What is left out is as by default.',
    type: 'object',
    properties: {
      ...Object.fromEntries([...basics, ...names.map((name) => [name, referTo(name)])]),
      shocks: { anyOf: [OF_BASICS.shocks, referTo('shocks')] },
    },
    additionalProperties: false,
    $defs: {
      ...groupsIn('', GROUPS),
      ...Object.fromEntries(TOLD_SETTINGS.map((setting) => [setting.name, definitionOf(setting)])),
    },
  }
}

/** Schemas of groups and of groups in groups, by their full names. */
function groupsIn(prefix: string, group: Group): Record<string, Schema> {
  const schemas: Record<string, Schema> = {}
  for (const [part, content] of Object.entries(group)) {
    if (isDefinition(content)) continue
    const inner = isWeights(content) ? (content.weights as Group) : content
    const name = `${prefix}${part}`
    const properties = Object.keys(inner).map((one) => [one, referTo(`${name}.${one}`)])
    schemas[name] = { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false }
    Object.assign(schemas, groupsIn(`${name}.`, inner))
  }
  return schemas
}

function referTo(name: string): Schema {
  return { $ref: `#/$defs/${name}` }
}

function definitionOf(setting: ToldSetting): Schema {
  const { description, default: usual, minimum, maximum, unit, source } = listed(setting)
  const type = setting.integer ? 'integer' : 'number'
  return { description: `${description} Unit: ${unit}. Source: ${source}.`, type, minimum, maximum, default: usual }
}

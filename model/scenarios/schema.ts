// The JSON Schema of a scenario file, for editors and for programs that write one.

import type { JsonSchema } from '../../engine/index.ts'
import { CALL_REASONS, REGIONS, SUBJECTS } from '../events/vocabulary.ts'
import { LATE_DEFAULT } from '../interventions/intervention.ts'
import { KIND_NAMES, KINDS, type KindOfIntervention, SHAPES } from '../interventions/kinds.ts'

const TIME: JsonSchema = {
  description: 'An instant in UTC such as 2026-01-17T09:00:00Z, or an offset from the start of the world such as +12d.',
  type: 'string',
  pattern:
    '^([+-]\\d{1,16}(ms|s|m|h|d|w)|\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d(:\\d\\d(\\.\\d{3})?)?(Z|[+-]\\d\\d:\\d\\d))?)$',
}

const LATE: JsonSchema = {
  description: `How late an event can come at the most, such as 90s or 2h, up to a day; ${LATE_DEFAULT} where it is missing.`,
  ...{ type: 'string', pattern: '^\\d{1,8}(ms|s|m|h|d)$' },
}

const SENTENCE: JsonSchema = { type: 'string', minLength: 1, maxLength: 500 }

const oneOrSeveral = (description: string, words: readonly string[]): JsonSchema => ({
  description,
  oneOf: [{ enum: words }, { type: 'array', items: { enum: words }, minItems: 1, uniqueItems: true }],
})

const WHERE: Readonly<Record<string, JsonSchema>> = {
  region: oneOrSeveral('Where: all regions where it is missing.', REGIONS),
  subject: oneOrSeveral('What is taught: all subjects where it is missing.', SUBJECTS),
  share: {
    description: 'Of the people, this share, each by a chance of their own.',
    ...{ type: 'number', exclusiveMinimum: 0, maximum: 1 },
  },
  ids: {
    description: 'These people alone.',
    ...{ type: 'array', items: { type: 'string', pattern: '^(stu|tut)_\\d+$' }, minItems: 1, maxItems: 1000 },
  },
}

/** The schema (draft 2020-12) of a scenario, as YAML or JSON. */
export function scenarioSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'scenario',
    description: 'A story that happens to a world: interventions with times, and moments to point at.',
    ...object(
      {
        $schema: { type: 'string' },
        name: {
          description: 'What it is called by: letters, digits, dots, dashes, underscores.',
          ...{ type: 'string', minLength: 1, maxLength: 64 },
        },
        sentence: { description: 'What happens, for people.', ...SENTENCE },
        seed: { description: 'Of the world, if the scenario wants one of its own.', type: 'string' },
        settings: { description: 'Settings of the world, as a settings file has them.', type: 'object' },
        interventions: {
          description: 'What is changed.',
          ...{ type: 'array', minItems: 1, maxItems: 100 },
          items: { oneOf: KIND_NAMES.map((kind) => intervention(kind, KINDS[kind])) },
        },
        moments: {
          description: 'What presenters point at.',
          ...{ type: 'array', maxItems: 100 },
          items: object({ at: TIME, sentence: { description: 'What is to be seen.', ...SENTENCE } }, [
            'at',
            'sentence',
          ]),
        },
      },
      ['name', 'sentence', 'interventions'],
    ),
  }
}

function intervention(kind: string, { sentence, size, where, reasons, late }: KindOfIntervention): JsonSchema {
  return {
    title: kind,
    description: sentence,
    ...object(
      {
        kind: { const: kind },
        ...(where.length === 0
          ? {}
          : {
              where: {
                description: 'Whom or what it concerns: all where it is missing.',
                ...object(Object.fromEntries(where.map((place) => [place, WHERE[place] as JsonSchema])), []),
              },
            }),
        from: TIME,
        until: TIME,
        shape: {
          description: 'How it comes over the world.',
          oneOf: Object.entries(SHAPES).map(([shape, description]) => ({ const: shape, description })),
        },
        size: {
          description: `${size.unit.charAt(0).toUpperCase()}${size.unit.slice(1)}; ${size.neutral} changes nothing.`,
          ...{ type: 'number', minimum: size.least, maximum: size.most },
        },
        ...(reasons ? { reason: oneOrSeveral('Of calls for these reasons alone.', CALL_REASONS) } : {}),
        ...(late ? { late: LATE } : {}),
        id: { description: 'What labels call it by; its kind where it is missing.', type: 'string', maxLength: 64 },
      },
      ['kind', 'size'],
    ),
  }
}

function object(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false }
}

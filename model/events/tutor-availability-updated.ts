// A tutor says what they offer in the week to come.

import { EXAMPLE_AGENT, EXAMPLE_INSTANT, type Literal, literal, type PayloadOf } from '../../engine/index.ts'
import { describe } from './descriptor.ts'
import { idWriter, TUTOR } from './entities.ts'
import { counted, FLAGS, STAMP } from './fields.ts'
import { Cause } from './row.ts'
import { SUBJECTS, TIMEZONES } from './vocabulary.ts'

const HOURS_MAX = 40

const HOURS = counted(HOURS_MAX, (hours) => literal(`${hours},"subjects":["`))
const TAUGHT = SUBJECTS.map((subject) => literal(subject))
const NEXT_TAUGHT = literal('","')
const END = TIMEZONES.map((zone) =>
  FLAGS.map((accepts) => literal(`"],"timezone":"${zone}","accepts_instant_book":${accepts}}}\n`)),
)

const writeId = idWriter(TUTOR)

export const tutorAvailabilityUpdated = describe({
  name: 'tutor_availability_updated',
  description: 'A tutor says when and what they teach from now on.',
  entity: TUTOR,
  what: 'availability',
  causes: [Cause.none, Cause.standing],
  expectedPercent: 2.7,
  fields: {
    ...STAMP,
    tutor_id: {
      kind: 'id',
      pattern: TUTOR.form.source,
      example: TUTOR.id(EXAMPLE_AGENT, EXAMPLE_INSTANT),
      description: 'The tutor.',
      read: ({ agent, instant }) => TUTOR.id(agent, instant),
      write: (out, { agent, instant }) => writeId(out, agent, instant),
    },
    available_hours_this_week: {
      kind: 'whole',
      min: 0,
      max: HOURS_MAX,
      unit: 'hours',
      description: "Hours on offer in this week, which runs until the tutor's next update.",
      read: (row) => row.hours,
    },
    subjects: {
      kind: 'choices',
      values: SUBJECTS,
      min: 1,
      max: 3,
      description: 'What they teach.',
      read: ({ subject1, subject2, subject3 }) =>
        [subject1, subject2, subject3].filter((subject) => subject > 0).map((subject) => subject - 1),
    },
    timezone: {
      kind: 'choice',
      values: TIMEZONES,
      description: 'Where their clock stands.',
      read: (row) => row.zone,
    },
    accepts_instant_book: {
      kind: 'flag',
      description: 'Whether students may book them for right now.',
      read: (row) => row.yes,
    },
  },
  line: {
    opening: (tutor, instant) => `"tutor_id":"${TUTOR.id(tutor, instant)}","available_hours_this_week":`,
    rest(out, row) {
      out.literal(HOURS[row.hours] as Literal)
      out.literal(TAUGHT[row.subject1 - 1] as Literal)
      for (const subject of [row.subject2, row.subject3]) {
        if (subject === 0) continue
        out.literal(NEXT_TAUGHT)
        out.literal(TAUGHT[subject - 1] as Literal)
      }
      out.literal(END[row.zone]?.[row.yes] as Literal)
    },
  },
})

export type TutorAvailabilityUpdated = PayloadOf<typeof tutorAvailabilityUpdated.fields>

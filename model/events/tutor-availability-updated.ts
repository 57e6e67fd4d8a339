// A tutor says what they offer in the week to come.

import type { PayloadOf } from '../../engine/index.ts'
import { describe, STAMP } from './descriptor.ts'
import { TUTOR } from './entities.ts'
import { Cause } from './row.ts'
import { SUBJECTS, TIMEZONES } from './vocabulary.ts'

export const tutorAvailabilityUpdated = describe({
  name: 'tutor_availability_updated',
  description: 'A tutor says when and what they teach from now on.',
  entity: TUTOR,
  what: 'availability',
  causes: [Cause.none],
  expectedPercent: 4.1,
  fields: {
    ...STAMP,
    tutor_id: { kind: 'id', pattern: TUTOR.pattern, read: ({ agent }) => TUTOR.id(agent, 0) },
    available_hours_this_week: {
      kind: 'whole',
      min: 0,
      max: 40,
      unit: 'hours',
      description: "This week runs until the tutor's next update.",
      read: (row) => row.hours,
    },
    subjects: {
      kind: 'choices',
      values: SUBJECTS,
      min: 1,
      max: 3,
      read: ({ subject1, subject2, subject3 }) =>
        [subject1, subject2, subject3].filter((subject) => subject > 0).map((subject) => subject - 1),
    },
    timezone: { kind: 'choice', values: TIMEZONES, read: (row) => row.zone },
    accepts_instant_book: {
      kind: 'flag',
      description: 'Whether students may book them for right now.',
      read: (row) => row.yes,
    },
  },
})

export type TutorAvailabilityUpdated = PayloadOf<typeof tutorAvailabilityUpdated.fields>

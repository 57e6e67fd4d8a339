// Sessions that begin as a test would make them up with faker, one after the other, to a file of NDJSON.
//
//     node bench/faker.ts EVENTS FILE

import { closeSync, openSync, writeSync } from 'node:fs'
import { faker } from '@faker-js/faker/locale/en'
import { SESSION_TYPES, SUBJECTS } from '../model/events/index.ts'

const BUFFER_CHARACTERS = 1 << 20
const [events = '', name = ''] = process.argv.slice(2)
const file = openSync(name, 'w')
let buffer = ''
for (let made = 0; made < Number(events); made++) {
  const session = faker.string.uuid()
  const event = {
    event_id: faker.string.uuid(),
    caused_by: null,
    event_type: 'session_started',
    payload: {
      timestamp: faker.date.recent().toISOString(),
      source: 'simulator',
      session_id: session,
      student_id: `stu_${faker.number.int({ min: 1000, max: 101_000 })}`,
      tutor_id: `tut_${faker.number.int({ min: 100, max: 8100 })}`,
      subject: faker.helpers.arrayElement(SUBJECTS),
      session_type: faker.helpers.arrayElement(SESSION_TYPES),
      scheduled_duration_minutes: faker.helpers.arrayElement([30, 60, 90]),
    },
  }
  buffer += `${JSON.stringify(event)}\n`
  if (buffer.length >= BUFFER_CHARACTERS) flush()
}
flush()
closeSync(file)
console.log(events)

function flush(): void {
  writeSync(file, buffer)
  buffer = ''
}

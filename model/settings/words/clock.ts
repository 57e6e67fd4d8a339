// What the settings of clock are, in words.

import type { Words } from './words.ts'

export const clock: Words = {
  shift_hours: [
    'How many hours later than their clocks say all that people do by the hour happens, and the line for calls is open: -6 has Americans learn when it is evening in Western Europe.',
    'middle_of_the_week_hour up',
    'A',
  ],
}

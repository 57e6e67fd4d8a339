// The file that `--calendar` names: a calendar as YAML or JSON.

import { type CalendarInput, calendarFrom } from '../../model/index.ts'
import { readStructured } from './structuredfile.ts'

/** @throws OptionError of one line, with the place */
export async function readCalendar(file: string): Promise<CalendarInput> {
  const read = await readStructured('calendar', file)
  try {
    return calendarFrom(read.content)
  } catch (error) {
    throw read.wrong(error, 'calendar')
  }
}

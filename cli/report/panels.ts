// Which plots a report has: by topic, and for the first screen.

import type { Topic } from '../../model/realism/index.ts'
import type { Make, Panel } from './panel.ts'
import {
  classesPanel,
  gapsPanel,
  livesPanel,
  loadPanel,
  offeredPanel,
  riskPanel,
  scoresPanel,
  survivalPanel,
  warningPanel,
} from './panels-people.ts'
import {
  calendarPanel,
  hoursPanel,
  monthsPanel,
  newcomersPanel,
  weekdayPanel,
  weekPanel,
  weeksPanel,
} from './panels-time.ts'
import {
  availablePanel,
  callHoursPanel,
  delaysPanel,
  differencePanel,
  failedMinutesPanel,
  failedRatingsPanel,
  minutesPanel,
  plannedPanel,
  ratingsPanel,
  reasonsPanel,
  secondsPanel,
  statusPanel,
  subjectsPanel,
} from './panels-trade.ts'
import type { Shown } from './verdict.ts'

const PANELS: Record<Topic, Make[]> = {
  volume: [weeksPanel, subjectsPanel, loadPanel],
  week: [weekPanel, weekdayPanel, hoursPanel],
  slots: [livesPanel, gapsPanel, classesPanel],
  year: [calendarPanel, monthsPanel, newcomersPanel],
  sessions: [ratingsPanel, failedRatingsPanel, plannedPanel, minutesPanel, failedMinutesPanel],
  people: [],
  students: [survivalPanel],
  tutors: [offeredPanel],
  health: [scoresPanel, warningPanel, riskPanel],
  calls: [reasonsPanel, callHoursPanel, delaysPanel, secondsPanel],
  markets: [statusPanel, availablePanel, differencePanel],
  causes: [],
}

/** A topic's panels in their order, without those that no stream has data for. */
export function panelsOf(topic: Topic, shown: readonly Shown[]): Panel[] {
  return PANELS[topic].flatMap((make) => make(shown) ?? [])
}

/** Those that tell real from fake by a look: for the first screen. */
export function signatures(shown: readonly Shown[]): Panel[] {
  return [weekPanel, gapsPanel, ratingsPanel].flatMap((make) => make(shown, true) ?? [])
}

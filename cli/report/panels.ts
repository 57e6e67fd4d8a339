// Which plots a report has: by topic, and for the first screen.

import type { Topic } from '../../model/realism/index.ts'
import type { Make, Panel } from './panel.ts'
import {
  classesPanel,
  gapsPanel,
  livesPanel,
  loadPanel,
  offeredPanel,
  scoresPanel,
  survivalPanel,
  warningPanel,
} from './panels-people.ts'
import { calendarPanel, monthsPanel, newcomersPanel, weekdayPanel, weekPanel, weeksPanel } from './panels-time.ts'
import {
  availablePanel,
  callHoursPanel,
  delaysPanel,
  differencePanel,
  failedMinutesPanel,
  failedRatingsPanel,
  minutesPanel,
  ratingsPanel,
  reasonsPanel,
  secondsPanel,
  statusPanel,
  subjectsPanel,
} from './panels-trade.ts'
import type { Shown } from './verdict.ts'

const PANELS: Record<Topic, Make[]> = {
  volume: [weeksPanel, subjectsPanel, loadPanel],
  week: [weekPanel, weekdayPanel],
  slots: [livesPanel, gapsPanel, classesPanel],
  year: [calendarPanel, monthsPanel, newcomersPanel],
  sessions: [ratingsPanel, failedRatingsPanel, minutesPanel, failedMinutesPanel],
  people: [],
  students: [survivalPanel],
  tutors: [offeredPanel],
  health: [scoresPanel, warningPanel],
  calls: [reasonsPanel, callHoursPanel, delaysPanel, secondsPanel],
  markets: [statusPanel, availablePanel, differencePanel],
  causes: [],
}

/** A topic's panels in their order, without those of which no stream has anything. */
export function panelsOf(topic: Topic, shown: readonly Shown[]): Panel[] {
  return PANELS[topic].flatMap((make) => make(shown) ?? [])
}

/** Those that tell real from fake by a look: for the first screen. */
export function signatures(shown: readonly Shown[]): Panel[] {
  return [weekPanel, gapsPanel, ratingsPanel].flatMap((make) => make(shown, true) ?? [])
}

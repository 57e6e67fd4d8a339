// The numbered causes of docs/calibration.md as figures that a stream can show: matched comparisons of those whom the cause
// met with those like them whom it did not. Hidden causes are told by no event; where several lie behind one kind of event, the
// target is what they come to together, and so is worded.

import type { CalibrationRow } from './row.ts'

export const CAUSE_ROWS = [
  {
    id: 'cause-1',
    topic: 'causes',
    quantity: '`tutor_concern` within 48 h of a successful session, beyond that after 5 stars',
    figures: {
      'after 1 or 2 stars': { about: 0.35, by: 0.07 },
      'after 3 stars': { about: 0.06, by: 0.02 },
      'after 4 stars': { about: 0.008, by: 0.004 },
    },
    basis: 'A, so that row 27 holds',
    from: 'stream',
  },
  {
    id: 'cause-2',
    topic: 'causes',
    quantity: 'calls after a failed session, beyond those after a successful one',
    figures: {
      'scheduling_issue within 24 h': { about: 3.6, by: 1 },
      'technical_problem within 3 h': { about: 5.2, by: 1.3 },
      'billing_question within 48 h': { about: 3.6, by: 1.2 },
    },
    unit: '%',
    basis:
      'A: no-shows of tutors 0.30 of 12 % of failures, technical ones 0.35 of 15 %, no-shows of students 0.08 of 45 % (row 16)',
    from: 'stream',
  },
  {
    id: 'cause-3',
    topic: 'causes',
    quantity: 'a call after an unresolved one against a first call',
    figures: {
      'priority, steps above the one before': { about: 0.75, by: 0.25 },
      resolved: { about: -10, by: 4, unit: 'pp' },
    },
    basis: 'A; one step higher, and high stays high',
    from: 'stream',
  },
  {
    id: 'cause-4',
    topic: 'causes',
    quantity: 'hazard of leaving against that of others alike',
    figures: {
      'two or more calls in 14 days': { about: 3, by: 0.9 },
      'an unresolved call in 30 days': { about: 2.5, by: 0.75 },
    },
    unit: '×',
    basis: 'A, direction C',
    from: 'stream',
  },
  {
    id: 'cause-5',
    topic: 'causes',
    quantity: 'students who leave after their first session',
    figures: { 'rated 3 or less': { about: 38, by: 5 }, 'rated 5': { about: 5, by: 3 } },
    unit: '%',
    basis: 'A, direction M',
    from: 'stream',
    note: 'gone with no second session',
  },
  {
    id: 'cause-6',
    topic: 'causes',
    quantity: 'hazard of leaving against that of others alike',
    figures: {
      'pace halved': { about: 1.7, by: 0.5 },
      'silent for 14 to 20 days': { about: 2.5, by: 0.75 },
      'silent for 21 to 27 days': { about: 4, by: 1.2 },
      'same tutor in four of five': { about: 0.7, by: 0.15 },
    },
    unit: '×',
    basis: 'A',
    from: 'stream',
  },
  {
    id: 'cause-7',
    topic: 'causes',
    quantity: 'in a shortage (R below 0.8 over seven days), against the same markets at other times',
    figures: {
      'scheduling calls within three days': { about: 1.6, by: 0.4, unit: '×' },
      'health after ten days': { from: -8, to: -5 },
      'churn after a month': { about: 1.3, by: 0.25, unit: '×' },
      'supply follows demand': { from: 3, to: 7, unit: 'days' },
    },
    basis: 'A; the lag M',
    from: 'stream',
  },
  {
    id: 'cause-8',
    topic: 'causes',
    quantity: 'market scores',
    figures: {
      'demand_score for a deviation of log demand': { about: 20, by: 5 },
      'supply less demand where balanced': { about: 0, by: 5 },
      'high_demand with supply ahead': { atMost: 0, unit: '%' },
      'oversupplied with demand ahead': { atMost: 0, unit: '%' },
    },
    basis: 'A',
    from: 'stream',
  },
  {
    id: 'cause-9',
    topic: 'causes',
    quantity: 'tutors',
    figures: {
      'weeks after three of more than 25 h taught': { atLeast: 0.1, unit: '%' },
      'tired: failures': { about: 1.06, by: 0.1, unit: '×' },
      'tired: rating': { about: -0.08, by: 0.04 },
      'in their first ten sessions: rating': { about: -0.15, by: 0.04 },
      'hours in the weeks before they leave': { about: 0.6, by: 0.12, unit: '×' },
      'hazard of their students in the 30 days after': { about: 1.8, by: 0.5, unit: '×' },
    },
    basis: 'A; no-shows ×1.5 are 6 % more failures (row 16)',
    from: 'stream',
  },
  {
    id: 'cause-10',
    topic: 'causes',
    quantity: 'outages, renewal and June against what is usual',
    figures: {
      'failures in an outage': { about: 5, by: 1.5 },
      'technical calls': { about: 8, by: 2.4 },
      rating: { about: -0.3, by: 0.1, unit: '' },
      'billing calls after renewal': { about: 2, by: 0.6 },
    },
    unit: '×',
    basis: 'A',
    from: 'stream',
    note: 'outages are hours in which failures of all regions leap; which plans renew, no event tells; June is row 67',
  },
] as const satisfies readonly CalibrationRow[]

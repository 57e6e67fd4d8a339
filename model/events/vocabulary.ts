// The words that events choose from. A word's place in its list is the number that rows keep it by.

export const SUBJECTS = [
  'Mathematics',
  'Physics',
  'Chemistry',
  'Biology',
  'English',
  'History',
  'Computer Science',
  'Spanish',
  'French',
] as const
export const REGIONS = ['northeast', 'southeast', 'midwest', 'west', 'southwest'] as const
export const TIMEZONES = ['EST', 'CST', 'MST', 'PST'] as const
export const SESSION_TYPES = ['one_on_one', 'group', 'instant_book'] as const
export const CALL_REASONS = [
  'scheduling_issue',
  'technical_problem',
  'tutor_concern',
  'billing_question',
  'general_inquiry',
] as const
/** Used for the priority of a call and for the risk of churn. */
export const LEVELS = ['low', 'medium', 'high'] as const
export const BALANCES = ['balanced', 'high_demand', 'oversupplied'] as const

export type Subject = (typeof SUBJECTS)[number]
export type Region = (typeof REGIONS)[number]
export type Timezone = (typeof TIMEZONES)[number]
export type SessionType = (typeof SESSION_TYPES)[number]
export type CallReason = (typeof CALL_REASONS)[number]
export type Level = (typeof LEVELS)[number]
export type Balance = (typeof BALANCES)[number]

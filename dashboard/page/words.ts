// The contract's words in people's language, and figures as people read them.

const MINUS = '−'

/** `1 234`, with a true minus sign and thin spaces. */
export function figure(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined) return '–'
  const size = Math.abs(value).toFixed(decimals)
  const [whole = '', part] = size.split('.')
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, '\u202f') : whole
  return `${value < 0 && Number(size) !== 0 ? MINUS : ''}${grouped}${part === undefined ? '' : `.${part}`}`
}

/** `+5`, `−5`, `±0` */
export function change(value: number, decimals = 0): string {
  const rounded = Number(value.toFixed(decimals))
  if (rounded === 0) return '±0'
  return `${rounded > 0 ? '+' : ''}${figure(rounded, decimals)}`
}

export function plain(name: string): string {
  return name.replaceAll('_', ' ')
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${figure(count)} ${count === 1 ? one : many}`

const REASONS: Record<string, string> = {
  scheduling_issue: 'Scheduling',
  technical_problem: 'Technical',
  tutor_concern: 'Tutor concern',
  billing_question: 'Billing',
  general_inquiry: 'General',
}

export const reasonName = (reason: string): string => REASONS[reason] ?? capital(plain(reason))

const TYPES: Record<string, string> = {
  session_started: 'Sessions begun',
  session_completed: 'Sessions ended',
  ib_call_logged: 'Calls',
  tutor_availability_updated: 'Tutors’ hours',
  customer_health_update: 'Health',
  supply_demand_update: 'Markets',
}

export const typeName = (type: string): string => TYPES[type] ?? capital(plain(type))

export const stars = (rating: unknown): string => '★'.repeat(Number(rating) || 0)

/** Zones of the events, as their clocks are called. */
export const ZONES: Record<string, { zone: string; name: string }> = {
  EST: { zone: 'America/New_York', name: 'Eastern' },
  CST: { zone: 'America/Chicago', name: 'Central' },
  MST: { zone: 'America/Denver', name: 'Mountain' },
  PST: { zone: 'America/Los_Angeles', name: 'Pacific' },
}

const SESSION_KINDS: Record<string, string> = {
  one_on_one: 'one to one',
  group: 'in a group',
  instant_book: 'booked at once',
}
export const sessionKind = (type: unknown): string => SESSION_KINDS[String(type)] ?? plain(String(type))

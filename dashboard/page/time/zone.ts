// Instants as people say them, in a zone that is named. The browser's own zone is never meant.

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const aheads = new Map<string, number>()

/** How far the zone's clocks are ahead of UTC. The browser is asked once an hour of the world's: its answers take long. */
function aheadMs(at: number, zone: string): number {
  // Clocks change by whole hours, at whole hours of UTC.
  const hour = Math.floor(at / HOUR) * HOUR
  const key = `${zone} ${hour}`
  let ahead = aheads.get(key)
  if (ahead === undefined) {
    ahead = askedAheadMs(hour, zone)
    aheads.set(key, ahead)
  }
  return ahead
}

const formats = new Map<string, Intl.DateTimeFormat>()

function askedAheadMs(at: number, zone: string): number {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' })
    formats.set(zone, format)
  }
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes] = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * HOUR + Number(minutes ?? 0) * MINUTE)
}

/** What the zone's clocks show, as if it were UTC. */
const wallOf = (at: number, zone: string): Date => new Date(at + aheadMs(at, zone))

const two = (number: number): string => String(number).padStart(2, '0')

/** `Tue 3 Feb 2026, 18:40` */
export function instant(at: number, zone: string, seconds = false): string {
  return `${weekdayAndDay(at, zone)} ${wallOf(at, zone).getUTCFullYear()}, ${clock(at, zone, seconds)}`
}

/** `18:40`, or `18:40:05` */
export function clock(at: number, zone: string, seconds = false): string {
  const wall = wallOf(at, zone)
  const minutes = `${two(wall.getUTCHours())}:${two(wall.getUTCMinutes())}`
  return seconds ? `${minutes}:${two(wall.getUTCSeconds())}` : minutes
}

/** `Tue 3 Feb` */
export function weekdayAndDay(at: number, zone: string): string {
  return `${weekday(at, zone)} ${day(at, zone)}`
}

/** `3 Feb` */
export function day(at: number, zone: string): string {
  const wall = wallOf(at, zone)
  return `${wall.getUTCDate()} ${MONTHS[wall.getUTCMonth()]}`
}

export function weekday(at: number, zone: string): string {
  return WEEKDAYS[wallOf(at, zone).getUTCDay()] ?? ''
}

/** `3 Feb 18:40` */
export function dayAndClock(at: number, zone: string): string {
  return `${day(at, zone)} ${clock(at, zone)}`
}

/** The instant at which the clocks of a zone show a wall time. */
function instantOf(wall: number, zone: string): number {
  const first = wall - aheadMs(wall, zone)
  return wall - aheadMs(first, zone)
}

/** The midnight, on the zone's clocks, that the day of an instant began at. */
export function dayStart(at: number, zone: string): number {
  return instantOf(Math.floor((at + aheadMs(at, zone)) / DAY) * DAY, zone)
}

/** The midnights of the zone in a span. */
export function midnights(from: number, to: number, zone: string): number[] {
  const found: number[] = []
  for (let at = dayStart(from, zone); at <= to; at = dayStart(at + DAY + 2 * HOUR, zone)) if (at >= from) found.push(at)
  return found
}

/** What somebody typed: `3 Feb 2026, 18:40`, `3 Feb`, `18:40` of the day shown, `2026-02-03 18:40`, or with a `Z`, in UTC. */
export function typedInstant(text: string, shown: number, zone: string): number | null {
  const written = text.trim()
  if (/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(written)) {
    const at = Date.parse(written)
    return Number.isNaN(at) ? null : at
  }
  const time = /(?:^|[\s,T])(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(written)
  const rest = (time === null ? written : written.slice(0, time.index)).replace(/[,T]+$/, '').trim()
  const now = wallOf(shown, zone)
  let [year, month, number] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()]
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(rest)
  const said = /^(?:[a-z]{3,9}\.?,?\s+)?(\d{1,2})\s+([a-z]{3,9})(?:\s+(\d{4}))?$/i.exec(rest)
  if (iso !== null) [year, month, number] = [Number(iso[1]), Number(iso[2]) - 1, Number(iso[3])]
  else if (said !== null) {
    number = Number(said[1])
    const name = (said[2] ?? '').slice(0, 3).toLowerCase()
    month = MONTHS.findIndex((one) => one.toLowerCase() === name)
    if (said[3] !== undefined) year = Number(said[3])
  } else if (rest !== '' || time === null) return null
  const [hour, minute, second] = time === null ? [0, 0, 0] : time.slice(1).map((part) => Number(part ?? 0))
  const isReal = month >= 0 && month < 12 && number >= 1 && number <= 31 && (hour ?? 0) < 24 && (minute ?? 0) < 60
  return isReal ? instantOf(Date.UTC(year, month, number, hour, minute, second), zone) : null
}

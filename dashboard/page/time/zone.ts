// Instants as people say them, in a zone that is named. The browser's own zone is never meant.

const formats = new Map<string, Intl.DateTimeFormat>()

interface Parts {
  weekday: string
  day: string
  month: string
  year: string
  hour: string
  minute: string
  second: string
}

function partsOf(at: number, zone: string): Parts {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
    formats.set(zone, format)
  }
  const parts = {} as Record<string, string>
  for (const { type, value } of format.formatToParts(at)) parts[type] = value
  return { ...(parts as unknown as Parts), month: (parts.month ?? '').slice(0, 3) }
}

/** `Tue 3 Feb 2026, 18:40` */
export function instant(at: number, zone: string, seconds = false): string {
  const { weekday, day, month, year, hour, minute, second } = partsOf(at, zone)
  return `${weekday} ${day} ${month} ${year}, ${hour}:${minute}${seconds ? `:${second}` : ''}`
}

/** `18:40`, or `18:40:05` */
export function clock(at: number, zone: string, seconds = false): string {
  const { hour, minute, second } = partsOf(at, zone)
  return seconds ? `${hour}:${minute}:${second}` : `${hour}:${minute}`
}

/** `Tue 3 Feb` */
export function weekdayAndDay(at: number, zone: string): string {
  const { weekday, day, month } = partsOf(at, zone)
  return `${weekday} ${day} ${month}`
}

/** `3 Feb` */
export function day(at: number, zone: string): string {
  const { day: number, month } = partsOf(at, zone)
  return `${number} ${month}`
}

export function weekday(at: number, zone: string): string {
  return partsOf(at, zone).weekday
}

/** `3 Feb 18:40` */
export function dayAndClock(at: number, zone: string): string {
  return `${day(at, zone)} ${clock(at, zone)}`
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** How far the zone's clocks are ahead of UTC. */
function aheadMs(at: number, zone: string): number {
  const { day: number, month, year, hour, minute, second } = partsOf(at, zone)
  const place = MONTHS.indexOf(month.toLowerCase())
  const wall = Date.UTC(Number(year), place, Number(number), Number(hour), Number(minute), Number(second))
  return wall - Math.floor(at / 1000) * 1000
}

/** The instant at which the clocks of a zone show a wall time. */
function instantOf(wall: number, zone: string): number {
  const first = wall - aheadMs(wall, zone)
  return wall - aheadMs(first, zone)
}

const dayStarts = new Map<string, number>()

/** The midnight, on the zone's clocks, that the day of an instant began at. */
export function dayStart(at: number, zone: string): number {
  // Clocks change by whole hours, so each hour lies in one day.
  const key = `${zone} ${Math.floor(at / HOUR)}`
  let start = dayStarts.get(key)
  if (start === undefined) {
    const ahead = aheadMs(at, zone)
    start = instantOf(Math.floor((at + ahead) / DAY) * DAY, zone)
    dayStarts.set(key, start)
  }
  return start
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
  const now = partsOf(shown, zone)
  let [year, month, number] = [Number(now.year), MONTHS.indexOf(now.month.toLowerCase()), Number(now.day)]
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(rest)
  const said = /^(?:[a-z]{3,9}\.?,?\s+)?(\d{1,2})\s+([a-z]{3,9})(?:\s+(\d{4}))?$/i.exec(rest)
  if (iso !== null) [year, month, number] = [Number(iso[1]), Number(iso[2]) - 1, Number(iso[3])]
  else if (said !== null) {
    number = Number(said[1])
    month = MONTHS.indexOf((said[2] ?? '').slice(0, 3).toLowerCase())
    if (said[3] !== undefined) year = Number(said[3])
  } else if (rest !== '' || time === null) return null
  const [hour, minute, second] = time === null ? [0, 0, 0] : time.slice(1).map((part) => Number(part ?? 0))
  const isReal = month >= 0 && month < 12 && number >= 1 && number <= 31 && (hour ?? 0) < 24 && (minute ?? 0) < 60
  return isReal ? instantOf(Date.UTC(year, month, number, hour, minute, second), zone) : null
}

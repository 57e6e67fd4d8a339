// The page of a report: complete in itself, safe with any stream, and plain about what is real and what is not.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { livesAlone } from '../../cli/report/lives.ts'
import { pageOf } from '../../cli/report/page.ts'
import { deviation, differencesOf, verdictOf } from '../../cli/report/verdict.ts'
import { figure, targetOf } from '../../cli/report/words.ts'
import { type Part, ROWS, type Series } from '../../model/realism/index.ts'
import { onTarget, shownAs } from './reading.ts'

const HOSTILE = `"><img src=x onerror='alert(1)'><script>alert(1)</script>&`

/** Elements that are closed by themselves. */
const VOID = ['meta', '!doctype']

/** Whether each element is closed where it has to be. */
function isBalanced(html: string): boolean {
  const open: string[] = []
  for (const [, closing, name = '', alone] of html.matchAll(/<(\/?)([a-z!][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
    if (VOID.includes(name) || alone) continue
    if (!closing) open.push(name)
    else if (open.pop() !== name) return false
  }
  return open.length === 0
}

/** With spaces that may break. */
const spaced = (said: string): string => said.replaceAll('\u00a0', ' ')

const part = (low: number | null, high: number | null, target: number): Part => ({
  name: '',
  unit: '%',
  target,
  low,
  high,
  measured: null,
  samples: 0,
  within: null,
})

describe('the page', () => {
  it('asks nothing of the net and runs nothing', () => {
    const page = pageOf([shownAs('a.ndjson', onTarget), shownAs('b.ndjson', () => null)])
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
    expect(page).not.toMatch(/<script|<link|<iframe|<img|\bsrc=|url\(|@import|\bon\w+=/)
    expect([...page.matchAll(/href="(.)/g)].every(([, first]) => first === '#')).toBe(true)
  })

  it('leads to each row that its fields and sentences name, and has every row of the calibration', () => {
    const page = pageOf([shownAs('a.ndjson', ({ target }) => 3 * target + 1)])
    const places = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    expect(links.filter((id) => !places.has(id))).toEqual([])
    expect(ROWS.filter(({ id }) => !places.has(`row-${id}`))).toEqual([])
  })

  it('takes whatever a stream holds for text', () => {
    const lived = { at: '2026-01-05T16:00', minutes: 60, completed: true, rating: 5, type: HOSTILE }
    const page = pageOf([
      shownAs(HOSTILE, onTarget, {
        people: [{ student: HOSTILE, sessions: [{ ...lived, subject: HOSTILE, tutor: HOSTILE }] }],
        days: { first: '2026-01-05', sessions: [3], failures: [0], calls: [0], named: { '2026-01-05': HOSTILE } },
        subjects: { [HOSTILE]: 3 },
        calls: { hours: [], reasons: { [HOSTILE]: 1 }, seconds: [], delays: [] },
        markets: {
          available: [],
          demand: [],
          supply: [],
          differences: {},
          subjects: [HOSTILE],
          regions: [HOSTILE],
          difference: [[1]],
        },
      }),
    ])
    expect(page).not.toMatch(/<script|<img/)
    expect(page).toContain('&lt;script&gt;')
    expect(isBalanced(page)).toBe(true)
  })

  it('says of a stream without events that there is nothing to judge, and why no row is measured', () => {
    const page = pageOf([shownAs('none.ndjson', () => null)])
    expect(page).toContain('Nothing to judge')
    expect(page).toContain('not measured: the stream is too short')
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('is whole and has a figure in each place, whatever was measured', () => {
    const numbers = (length: number) => fc.array(fc.nat(1000), { minLength: 0, maxLength: length })
    const counted = fc.dictionary(fc.string(), fc.nat(100), { maxKeys: 20 })
    const series: fc.Arbitrary<Partial<Series>> = fc.record({
      days: fc.record({
        first: fc.constant('2025-12-20'),
        sessions: numbers(60),
        failures: numbers(60),
        calls: numbers(60),
        named: fc.constant({}),
      }),
      weekHours: fc.array(fc.nat(50), { minLength: 168, maxLength: 168 }),
      gaps: numbers(505),
      survival: fc.record({
        days: numbers(5),
        share: fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        students: fc.nat(),
      }),
      load: fc.record({ tutors: numbers(21), students: numbers(21) }),
      offered: numbers(41),
      months: fc.record({ days: numbers(12), sessions: numbers(12), newcomers: numbers(12), departures: numbers(12) }),
      weeks: fc.record({ first: fc.constant('2025-12-20'), sessions: numbers(20), failures: numbers(20) }),
      subjects: counted,
      types: counted,
    })
    const measured = fc.oneof(fc.constant(null), fc.double({ min: -1e6, max: 1e6, noNaN: true }))
    const stream = fc.tuple(fc.array(measured, { minLength: 1, maxLength: 7 }), series)
    const streams = fc.array(stream, { minLength: 1, maxLength: 2 })
    fc.assert(
      fc.property(streams, (all) => {
        const shown = all.map(([values, given], index) => {
          let turn = 0
          return shownAs(`${index}.ndjson`, () => values[turn++ % values.length] ?? null, given)
        })
        const page = pageOf(shown)
        expect(page).not.toMatch(/NaN|undefined|Infinity/)
        expect(isBalanced(page)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('draws a student who has a standing lesson as a line', () => {
    const sessions = [5, 12, 19, 26].map((day) => ({
      at: `2026-01-${String(day).padStart(2, '0')}T16:00`,
      minutes: 60,
      subject: 'Mathematics',
      tutor: 'tut_107',
      type: 'one_on_one',
      completed: true,
      rating: 5,
    }))
    const drawn = [...livesAlone([{ student: 'stu_1042', sessions }]).matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)]
    const [first, second] = drawn.map(([, x]) => Number(x))
    expect(drawn).toHaveLength(4)
    expect(new Set(drawn.map(([, , y]) => y)).size).toBe(1)
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(10)
  })
})

describe('the verdict', () => {
  /** Every `nth` row is off target. */
  const offEach = (nth: number) => {
    const off = new Set(ROWS.filter((_, index) => index % nth === 0).map(({ id }) => id))
    return shownAs('a.ndjson', ({ target, low, high }, row) => {
      if (!off.has(row)) return target
      return high === null ? (low ?? 0) - 1 : high + 1
    })
  }

  it('goes by the share of rows that are on target', () => {
    expect(verdictOf(shownAs('a.ndjson', onTarget)).words).toBe('Looks real')
    expect(verdictOf(offEach(30)).words).toBe('Looks real')
    expect(verdictOf(offEach(10)).words).toBe('Mostly real')
    expect(verdictOf(offEach(3)).words).toBe('Doubtful')
    expect(verdictOf(offEach(1)).words).toBe('Looks fake')
  })

  it('is fake where events contradict each other, however right the figures are', () => {
    const shown = shownAs('a.ndjson', onTarget)
    const contradictory = { ...shown, checked: { events: 1000, violations: 200, violationsByRule: { 2: 200 } } }
    expect(verdictOf(contradictory).words).toBe('Looks fake')
    expect(pageOf([contradictory])).toContain('20 contradictions for every 100 events')
    const once = { ...shown, checked: { events: 1000, violations: 1, violationsByRule: { 2: 1 } } }
    expect(pageOf([once])).toContain('1 contradiction in 1,000 events')
    expect(verdictOf(once).words).toBe('Looks real')
  })
})

describe('the differences', () => {
  it('are told with what was measured and what is real, the largest first', () => {
    const shown = shownAs('a.ndjson', (figures, row) =>
      row === '19' && figures.name === '5 stars' ? 33 : row === '15' ? 87 : figures.target,
    )
    expect(differencesOf(shown, undefined, 5).map(({ row, subject, said }) => [row, subject, spaced(said)])).toEqual([
      ['19', 'Tutor rating, 5 stars', '33 %, real is 88 % ± 4'],
      ['15', 'Completed successfully', '87 %, real is 90 % ± 1'],
    ])
  })

  it('of two streams leave out what is on target in both', () => {
    const one = shownAs('one.ndjson', onTarget)
    const other = shownAs('other.ndjson', (figures, row) => (row === '25' ? 50 : (figures.high ?? figures.target)))
    expect(differencesOf(one, other, 9).map(({ row, said }) => [row, spaced(said)])).toEqual([
      ['25', '5, in other.ndjson 50; real is 5 ± 1.5'],
    ])
  })

  it('are measured in tolerances, and of a target that is open on one side from its edge on', () => {
    expect(deviation(part(78, 86, 82), 86)).toBe(1)
    expect(deviation(part(78, 86, 82), 78)).toBe(-1)
    expect(deviation(part(78, 86, 82), 90)).toBe(2)
    expect(deviation(part(null, 30, 30), 30)).toBe(1)
    expect(deviation(part(null, 30, 30), 33)).toBeCloseTo(2)
    expect(deviation(part(80, null, 80), 72)).toBeCloseTo(-2)
    expect(deviation(part(100, 100, 100), 100)).toBe(0)
    expect(deviation(part(100, 100, 100), 99)).toBeLessThan(-1)
  })
})

describe('figures', () => {
  it('have three digits that count, a true minus sign and their unit', () => {
    const said = (value: number, unit?: Part['unit']) => spaced(figure(value, unit))
    expect(said(33.4567, '%')).toBe('33.5 %')
    expect(said(-0.834)).toBe('−0.83')
    expect(said(0.0081)).toBe('0.008')
    expect(said(-0.0004)).toBe('0')
    expect(said(1234.5)).toBe('1235')
    expect(said(628_233)).toBe('628,233')
    expect(said(2.5, '×')).toBe('×2.5')
  })

  it('of a target say its tolerance, or which side is open', () => {
    const said = (low: number | null, high: number | null, target: number) => spaced(targetOf(part(low, high, target)))
    expect(said(78, 86, 82)).toBe('82 % ± 4')
    expect(said(null, 30, 30)).toBe('at most 30 %')
    expect(said(80, null, 80)).toBe('at least 80 %')
    expect(said(100, 100, 100)).toBe('100 %')
    expect(said(45, 55, 54)).toBe('45 to 55 %')
  })
})

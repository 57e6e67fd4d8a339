// Demand less supply, by subject and region: a table, so that it can be read aloud, with fields coloured by the difference.
// A field chooses its market for the feed.

import { place } from '../data/address.ts'
import type { Balance } from '../data/api.ts'
import { drawn, steady } from '../data/drawn.ts'
import { world } from '../data/live.ts'
import { twinView } from '../data/twin.ts'
import { Panel } from '../parts/panel.tsx'
import { change, figure } from '../words.ts'

/** `southwest` may break in its middle, where there is little room. */
const breakable = (region: string): string => region.replace(/(?<=^north|^south|^mid)/, '\u00ad')

/** Differences from which a field that is not balanced has the next shade. */
const SHADES = [0, 20, 40]

function shade(difference: number, balance: Balance): string {
  if (balance === 'balanced') return 'e'
  return `${balance === 'high_demand' ? 'p' : 'm'}${SHADES.filter((from) => Math.abs(difference) >= from).length}`
}

const BALANCES: Record<Balance, string> = {
  high_demand: 'short of tutors',
  balanced: 'balanced',
  oversupplied: 'more tutors than wanted',
}

/** Markets report every ten minutes: until then they stand as they are. */
const markets = steady(drawn.charts, (view) => view.markets)

export function BalanceMap() {
  const shown = markets.value
  const known = world.value
  if (shown === null || known === null) return <section class="card" />
  const { subjects, regions } = known
  const { demand, supply, balance, tutors, students } = shown
  const would = twinView.value?.markets
  const index = (subject: number, region: number): number => region * subjects.length + subject
  const rows = subjects.flatMap((subject, row) =>
    regions.map((region, column) => {
      const at = index(row, column)
      return [subject, region, demand[at], supply[at], balance[at], tutors[at], students[at]]
    }),
  )
  return (
    <Panel
      id="balance"
      title="Demand less supply"
      legend={
        <p class="legend">
          <span>
            <svg viewBox="0 0 12 8" aria-hidden="true">
              <path class="map-few" d="M0 0h12v8H0z" />
            </svg>
            too few tutors
          </span>
          <span>
            <svg viewBox="0 0 12 8" aria-hidden="true">
              <path class="map-many" d="M0 0h12v8H0z" />
            </svg>
            too many
          </span>
        </p>
      }
      table={() => ({ head: ['subject', 'region', 'demand', 'supply', 'balance', 'tutors', 'students'], rows })}
      query={() => `/api/view?at=${drawn.charts.peek()?.at}&lines=0&feed=0`}
    >
      <div class="body">
        <table class="map">
          <caption class="sr">Demand score less supply score, by subject and region</caption>
          <colgroup>
            <col class="names" />
          </colgroup>
          <thead>
            <tr>
              <td />
              {regions.map((region) => (
                <th key={region} scope="col">
                  {breakable(region)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {subjects.map((subject, row) => (
              <tr key={subject}>
                <th scope="row">{subject}</th>
                {regions.map((region, column) => {
                  const at = index(row, column)
                  const [wanted, offered] = [demand[at], supply[at]]
                  const isChosen = place.value.subject === subject && place.value.region === region
                  const choose = (): void => {
                    place.value = isChosen ? { subject: null, region: null } : { subject, region }
                  }
                  const told = balance[at]
                  if (wanted === undefined || offered === undefined || told == null)
                    return (
                      <td key={region}>
                        <button type="button" class="none" aria-pressed={isChosen} onClick={choose}>
                          –
                        </button>
                      </td>
                    )
                  const difference = Math.round(wanted - offered)
                  const state = BALANCES[told]
                  const title = `${subject}, ${region}: ${state}. Demand ${figure(wanted, 1)}, supply ${figure(offered, 1)}; ${tutors[at] ?? 0} tutors free, ${students[at] ?? 0} students.`
                  const other = differenceOf(would?.demand[at], would?.supply[at])
                  const differs = other !== null && other !== difference
                  return (
                    <td key={region}>
                      <button
                        type="button"
                        class={shade(difference, told)}
                        title={differs ? `${title} What if: ${change(other)}.` : title}
                        aria-pressed={isChosen}
                        onClick={choose}
                      >
                        <span class={differs ? 'differs' : ''}>{change(difference)}</span>
                      </button>
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

function differenceOf(demand: number | undefined, supply: number | undefined): number | null {
  return demand === undefined || supply === undefined ? null : Math.round(demand - supply)
}

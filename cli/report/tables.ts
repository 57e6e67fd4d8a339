// Every row and cause of the calibration in a table: measured, target, and where the one lies beside the other.

import { grouped } from '../../engine/index.ts'
import type { Part, RowReading, Topic } from '../../model/realism/index.ts'
import { gauge } from './gauge.ts'
import type { Shown } from './verdict.ts'
import { capital, escaped, figure, plain, targetOf } from './words.ts'

const NONE = '<span class="none">–</span>'

/** The rows of a topic; empty where the reading has none. */
export function table(topic: Topic, shown: readonly Shown[]): string {
  const rows = shown[0]?.reading.rows.filter((row) => row.topic === topic) ?? []
  if (rows.length === 0) return ''
  const heads = shown.map(
    ({ name }, stream) => `<th class="number"><i class="mark s${stream}"></i>${escaped(name)}</th>`,
  )
  return `<table><thead><tr><th>Row</th><th>Quantity</th>${heads.join('')}<th class="number">Target</th><th><span class="sr">Beside the target</span></th></tr></thead>
${rows.map((row) => body(row, shown)).join('\n')}</table>`
}

function body(row: RowReading, shown: readonly Shown[]): string {
  const readings = shown.map(({ reading }) => reading.rows.find(({ id }) => id === row.id))
  const { unjudged } = row
  const untold = unjudged === undefined && readings.every((one) => one?.within === null)
  const number = `<td class="row"><a href="#row-${row.id}">${escaped(row.id.replace('-', ' '))}</a></td>`
  const quantity = `<span class="quantity">${escaped(capital(plain(row.quantity)))}</span>`
  const lines = untold
    ? [
        `<tr>${number}<td>${quantity}</td>${shown.map(() => `<td class="number">${NONE}</td>`).join('')}<td></td><td></td></tr>`,
      ]
    : row.parts.map((part, index) => {
        const measured = readings.map((one) => one?.parts.find(({ name }) => name === part.name))
        const cells = measured.map(
          (one, stream) => `<td class="number">${cell(one, stream, readings[stream]?.why)}</td>`,
        )
        const points = measured.map((one) => one?.measured ?? null)
        const first = index === 0
        return `<tr${first ? '' : ' class="more"'}>${first ? number : '<td class="row"></td>'}<td>${first ? quantity : ''} <span class="part">${escaped(plain(part.name))}</span></td>${cells.join('')}${unjudged === undefined ? beside(part, points) : '<td></td><td></td>'}</tr>`
      })
  const notes = [basisOf(row), ...(untold ? [targets(row)] : []), ...whyNot(row, untold)].map(escaped).join(' · ')
  return `<tbody id="row-${row.id}">${lines.join('')}<tr class="basis"><td></td><td colspan="${3 + shown.length}">${notes}</td></tr></tbody>`
}

function beside(part: Part, points: readonly (number | null)[]): string {
  return `<td class="number target">${escaped(targetOf(part))}</td><td class="gauge">${gauge(part, points)}</td>`
}

function targets({ parts }: RowReading): string {
  return `should be: ${parts.map((part) => `${plain(part.name)} ${targetOf(part)}`.trim()).join(', ')}`
}

/** Why a row is not judged, or was measured in no stream. Where only one stream lacks it, its dash has the reason. */
function whyNot({ why, unjudged }: RowReading, untold: boolean): string[] {
  if (unjudged !== undefined) return [`not judged: ${unjudged}`]
  return untold && why ? [`not measured: ${why}`] : []
}

const BASES: Record<string, string> = {
  M: 'measured or published',
  C: 'claimed in public',
  G: 'given with the six events',
  R: 'rule of thumb',
  I: 'inferred',
  A: 'assumed',
}

/** Where a target comes from, with words for its letters. */
function basisOf({ basis }: RowReading): string {
  return basis.replace(/(?<=^|, |direction |the lag )[MCGRIA]\b/g, (letter) => BASES[letter] ?? letter)
}

function cell(part: Part | undefined, stream: number, why = ''): string {
  if (!part || part.measured === null) return `<span class="none" title="${escaped(why)}">–</span>`
  const said = escaped(figure(part.measured, part.unit))
  const samples = `${grouped(part.samples)} observed`
  if (part.within !== false) return `<span title="${samples}">${said}</span>`
  return `<strong class="off s${stream}" title="${samples}">${said}<span class="sr">, off target</span></strong>`
}

// A report as one page of HTML: complete in itself, without script, asking nothing of the net. The same streams give the same
// bytes.

import { TOPICS, type Topic } from '../../model/realism/index.ts'
import { glance } from './glance.ts'
import { shadesKey } from './grids.ts'
import type { Panel } from './panel.ts'
import { panelsOf } from './panels.ts'
import { STYLE } from './style.ts'
import { table } from './tables.ts'
import type { Shown } from './verdict.ts'
import { escaped } from './words.ts'

/** Marks a file as a report, which a newer report may replace. */
export const GENERATOR = '<meta name="generator" content="tutorsim report">'
/** The page runs no script and loads nothing, whatever a stream's names hold. */
const POLICY = `<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">`

/** @param shown the stream, and the one that it is held against */
export function pageOf(shown: readonly Shown[]): string {
  const names = shown.map(({ name }) => name)
  const title = `Realism of ${names.join(' and ')}`
  const marks = shown.map(({ name }, stream) => `<span><i class="mark s${stream}"></i>${escaped(name)}</span>`)
  const panelHtml = (panel: Panel): string => panelOf(panel, names)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${GENERATOR}
${POLICY}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>tutorsim</h1><span class="what">realism report</span><span class="legend">${marks.join('')}<span><i class="mark aim"></i>target</span><span class="wide">${shadesKey('none', 'most')}</span></span></header>
<main>
${glance(shown, panelHtml)}
${(Object.keys(TOPICS) as Topic[]).map((topic) => section(topic, shown, panelHtml)).join('\n')}
</main>
<footer>The sentence under each title says what a real marketplace shows there. Targets, tolerances and what they rest on are tutorsim's calibration. A grey band is the tolerance of a target, whatever its unit; an arrow stands for what lies more than five tolerances off.</footer>
</body>
</html>
`
}

function section(topic: Topic, shown: readonly Shown[], panelHtml: (panel: Panel) => string): string {
  const panels = panelsOf(topic, shown).map(panelHtml)
  const rows = table(topic, shown)
  if (panels.length === 0 && rows === '') return ''
  // A lone plot stands beside its table.
  const lone = panels.length === 1 && !panels[0]?.includes('panel broad') && rows !== ''
  const held = rows === '' ? '' : `<div class="card rows">${rows}</div>`
  return `<section class="topic-section${lone ? ' lone' : ''}" id="${topic}"><h2>${TOPICS[topic]}</h2><div class="panels">${panels.join('')}</div>${held}</section>`
}

function panelOf({ title, note, plots, broad = false, apart = false }: Panel, names: readonly string[]): string {
  const drawn = plots.map((plot, stream) => {
    if (plot === '') return ''
    const whose =
      apart && names.length > 1
        ? `<figcaption><i class="mark s${stream}"></i>${escaped(names[stream] ?? '')}</figcaption>`
        : ''
    return `<figure>${whose}${plot}</figure>`
  })
  // Plots of a page's breadth stand below each other, smaller ones beside each other.
  const besides = apart && !broad && names.length > 1
  return `<article class="card panel${broad || besides ? ' broad' : ''}"><h3>${escaped(title)}</h3><p class="quiet">${escaped(note)}</p>${besides ? `<div class="beside">${drawn.join('')}</div>` : drawn.join('')}</article>`
}

// A panel: a card with its name, its legend, and what can be taken along of it. It can fill the page.

import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { pictureOf } from '../charts/picture.ts'
import { link, panel } from '../data/address.ts'
import { snapshot } from '../data/ask.ts'
import { shownAt } from '../data/shown.ts'
import { Icon } from './icons.tsx'
import { Menu } from './menu.tsx'
import { copy, csv, save } from './take.ts'

export interface Table {
  head: string[]
  rows: unknown[][]
}

interface PanelProps {
  /** In the address, and in the names of files. */
  id: string
  title: string
  class?: string
  legend?: ComponentChildren
  table: () => Table
  /** Path and query of the question that gives these figures. */
  query: () => string
  children: ComponentChildren
}

export function Panel({ id, title, class: kind = '', legend, table, query, children }: PanelProps) {
  const card = useRef<HTMLElement>(null)
  const isWhole = panel.value === id
  const fileName = (ending: string): string =>
    `${id}-${new Date(shownAt.value).toISOString().slice(0, 16).replace(':', '')}.${ending}`
  const address = (): string =>
    new URL(link({ panel: id, at: new Date(shownAt.value).toISOString() }), location.href).href
  return (
    <section class={`card ${kind} ${isWhole ? 'whole' : ''}`} ref={card} aria-labelledby={`${id}-title`} id={id}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {legend}
        <Menu label={<Icon of="dots" />} name={`${title}: open, export, link`} class="icon more">
          <button
            type="button"
            onClick={() => {
              panel.value = isWhole ? null : id
            }}
          >
            {isWhole ? 'Back to all panels' : 'Fill the page'}
          </button>
          <button
            type="button"
            onClick={() => card.current && save(fileName('svg'), 'image/svg+xml', pictureOf(card.current))}
          >
            Save as SVG
          </button>
          <button
            type="button"
            onClick={() => {
              const { head, rows } = table()
              save(fileName('csv'), 'text/csv', csv(head, rows))
            }}
          >
            Save as CSV
          </button>
          {snapshot === null && (
            <>
              <button type="button" onClick={() => copy(`curl -s '${new URL(query(), location.href).href}'`, 'Query')}>
                Copy the query, as curl
              </button>
              <button type="button" onClick={() => copy(address(), 'Link')}>
                Copy a link
              </button>
            </>
          )}
        </Menu>
      </header>
      {children}
    </section>
  )
}

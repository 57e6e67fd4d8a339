// The labels of a run whose wire was not clean, beside its stream: which of them a violation has to do with.

import { OptionError } from '../../engine/index.ts'
import { eachLine } from '../../sinks/index.ts'

const LINE_CHARACTERS_MAX = 1 << 20
const OPENING = '{"label":"wire"'
/** What an event names: itself, its cause, and the session or call that it is of. */
const IDS = /"(?:event_id|caused_by)":"([^"]+)"/g
/** What becomes of a session: what is said of one is about the others too. */
const WHAT = /\.(?:started|completed)$/
/** Lines that a violation may be told after. */
const LINES_KEPT = 4096

export class WireLabels {
  readonly #labels: ReadonlyMap<string, string>
  /** The latest lines' labels, by their numbers. */
  readonly #latest = new Map<number, string>()
  #line = 0

  /** @param labels what befell an event, by its id */
  constructor(labels: ReadonlyMap<string, string>) {
    this.#labels = labels
  }

  /** Takes the next line of the stream. */
  take(line: string): void {
    this.#line++
    this.#latest.delete(this.#line - LINES_KEPT)
    for (const [, id = ''] of line.matchAll(IDS))
      for (const one of [id, id.replace(WHAT, '.started'), id.replace(WHAT, '.completed')]) {
        const label = this.#labels.get(one)
        if (label !== undefined) {
          this.#latest.set(this.#line, `label: ${one} ${label}`)
          return
        }
      }
  }

  /** What has befallen an event that a line names; undefined where nothing is labelled. */
  of(line: number): string | undefined {
    return this.#latest.get(line)
  }
}

/** @throws OptionError where a line is none of labels */
export async function readWireLabels(file: string): Promise<WireLabels> {
  const labels = new Map<string, string>()
  let lines = 0
  await eachLine(file, LINE_CHARACTERS_MAX, (line) => {
    lines++
    if (lines === 1 && !line.startsWith('{"label":') && line !== '')
      throw new OptionError({ option: 'labels', rule: 'line 1: no label', value: file })
    if (!line.startsWith(OPENING)) return
    try {
      const { event_id, change, by } = JSON.parse(line) as { event_id: string; change: string; by: string[] }
      labels.set(event_id, `${change} by ${by.join(', ')}`)
    } catch (cause) {
      throw new OptionError({ option: 'labels', rule: `line ${lines}: a line of JSON`, value: file }, { cause })
    }
  })
  return new WireLabels(labels)
}

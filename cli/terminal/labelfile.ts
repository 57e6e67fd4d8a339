// A file of labels. It is made beside the one that it replaces, and takes its place whole.

import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { formatInstant, HOUR, OptionError } from '../../engine/index.ts'
import type { Labelled } from '../../model/scenarios/index.ts'

const BUFFER_CHARACTERS = 1 << 20
const COPY_BYTES = 1 << 20
/** What a file of labels begins with. */
const OPENING = '{"label":'

export class LabelFile {
  readonly #file: string
  /** Effects and events, while they come. */
  readonly #body: string
  #descriptor: number | undefined
  #buffer: string[] = []
  #characters = 0

  /** @throws OptionError where it cannot be written, or holds something else */
  constructor(file: string) {
    this.#file = file
    this.#body = `${file}.part`
    try {
      refuseOthers(file)
      this.begin()
      this.close()
    } catch (cause) {
      if (cause instanceof OptionError) throw cause
      throw new OptionError({ option: 'labels', rule: (cause as Error).message, value: file }, { cause })
    }
  }

  /** From nothing. */
  begin(): void {
    this.#close()
    this.#descriptor = openSync(this.#body, 'w')
  }

  write(line: string): void {
    this.#buffer.push(line, '\n')
    this.#characters += line.length + 1
    if (this.#characters >= BUFFER_CHARACTERS) this.#flush()
  }

  /** Interventions come first, and behind them what they did. */
  end({ interventions, windows }: Labelled): void {
    this.#flush()
    this.#close()
    replace(`${this.#file}.windows.json`, (out) =>
      writeAll(out, `${JSON.stringify(inNabForm(windows), undefined, 2)}\n`),
    )
    replace(this.#file, (out) => {
      for (const line of interventions) writeAll(out, `${line}\n`)
      copy(this.#body, out)
    })
    rmSync(this.#body, { force: true })
  }

  /** Before its end: the file stays as it was. */
  close(): void {
    this.#close()
    rmSync(this.#body, { force: true })
  }

  #flush(): void {
    if (this.#descriptor !== undefined && this.#characters > 0) writeAll(this.#descriptor, this.#buffer.join(''))
    this.#buffer = []
    this.#characters = 0
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
    this.#buffer = []
    this.#characters = 0
  }
}

/** @throws OptionError where the file is there and holds no labels */
function refuseOthers(file: string): void {
  if (!existsSync(file)) return
  const descriptor = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(OPENING.length)
    const read = readSync(descriptor, bytes)
    if (read > 0 && bytes.toString('latin1', 0, read) !== OPENING)
      throw new OptionError({ option: 'labels', rule: 'is there, and holds something else than labels', value: file })
  } finally {
    closeSync(descriptor)
  }
}

/** A file is there whole or not at all. */
function replace(file: string, fill: (descriptor: number) => void): void {
  const whole = `${file}.whole`
  const descriptor = openSync(whole, 'w')
  try {
    fill(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(whole, file)
}

function copy(file: string, to: number): void {
  const descriptor = openSync(file, 'r')
  const bytes = Buffer.alloc(COPY_BYTES)
  try {
    for (let read = readSync(descriptor, bytes); read > 0; read = readSync(descriptor, bytes))
      writeAll(to, bytes.subarray(0, read))
  } finally {
    closeSync(descriptor)
  }
}

/** A write may take less than it is given. */
function writeAll(descriptor: number, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
}

/** Windows by series, each from its first hour to its last, as the Numenta Anomaly Benchmark writes them. */
function inNabForm(windows: Labelled['windows']): object {
  const instant = (hour: number): string =>
    formatInstant(hour * HOUR)
      .replace('T', ' ')
      .replace('.000Z', '.000000')
  return Object.fromEntries(
    [...windows].map(([series, list]) => [series, list.map(({ from, to }) => [instant(from), instant(to - 1)])]),
  )
}

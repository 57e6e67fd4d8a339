// A world on show for a test: driven on its own, in memory, served on a free port of loopback.

import { DashboardServer, Driver, type Show, Stage, Story, type Tale, Twins } from '../../dashboard/server/index.ts'
import { DAY, type Store } from '../../engine/index.ts'
import { type SettingsInput, settingsFrom } from '../../model/index.ts'
import { realMachine } from '../../sinks/index.ts'
import { openMemory } from '../../stores/index.ts'

/** JSON of whatever shape: tests say what they expect of it. */
export type Json = ReturnType<typeof JSON.parse>

export interface Message {
  id?: string
  event: string
  data: Json
}

export const START = Date.parse('2026-02-02T05:00:00Z')
export const SETTINGS: SettingsInput = { seed: 'shown', students: 100, start: START, warmup: '10d', tick: '1h' }

export interface Shown {
  url: string
  stage: Stage
  driver: Driver
  store: Store
  get(path: string): Promise<Json>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  /** Settles when something holds of what is on show. */
  until(holds: () => boolean): Promise<void>
  close(): Promise<void>
}

export interface ShownOptions {
  settings?: SettingsInput
  days?: number
  token?: string
  store?: Store
  isThere?: () => boolean
  tales?: readonly Tale[]
}

/** A world with so many days behind it, which then stands still. */
export async function show({
  settings = SETTINGS,
  days = 12,
  token,
  store = openMemory(),
  isThere,
  tales,
}: ShownOptions = {}): Promise<Shown> {
  const machine = realMachine()
  const over = new AbortController()
  const stage = new Stage('shown', machine)
  const driver = new Driver(stage, {
    ...{ log: store.world('shown'), settings: settingsFrom(settings), isPlaying: false, speed: 60, workers: 1 },
    ...{ isThere: isThere ?? (() => true), signal: over.signal, catchUpTo: () => START + days * DAY - 1 },
  })
  const on: Show = {
    stage,
    driver,
    twins: new Twins(stage, store),
    begun: machine.now(),
    story: new Story(stage, tales),
  }
  const server = new DashboardServer(on, { host: '127.0.0.1', token, pageFolders: [] })
  const url = await server.listen(0)
  const running = driver.run()
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await until(() => stage.phase === 'living')
  return {
    ...{ url, stage, driver, store, until },
    async get(path) {
      const response = await fetch(
        url + path,
        token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
      )
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return response.json()
    },
    post: (path, body, headers = {}) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async close() {
      over.abort()
      await on.twins?.close()
      await server.close()
      await running
      machine.close()
    },
  }
}

/** Reads a stream of server-sent events until something holds of what came. */
export async function listen(
  url: string,
  holds: (messages: Message[]) => boolean,
  headers: Record<string, string> = {},
): Promise<Message[]> {
  const over = new AbortController()
  const response = await fetch(`${url}/api/live`, { signal: over.signal, headers })
  const messages: Message[] = []
  let text = ''
  const decoder = new TextDecoder()
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true })
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = Object.fromEntries(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
        )
        text = text.slice(end + 2)
        if (fields.event)
          messages.push({
            ...(fields.id ? { id: fields.id } : {}),
            event: fields.event,
            data: JSON.parse(fields.data as string),
          })
      }
      if (holds(messages)) break
    }
  } finally {
    over.abort()
  }
  return messages
}

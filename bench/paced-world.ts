// A kept world that lives at a pace and posts its events, for whoever measures when they arrive. Words: factor, tick, seconds
// of the machine's time, seconds of it that lie behind the clock at the start, folder, URL.

import { join } from 'node:path'
import { Host, parseDuration } from '../engine/index.ts'
import { model, settingsFrom } from '../model/index.ts'
import { openSink, realMachine } from '../sinks/index.ts'
import { openStore } from '../stores/index.ts'

const STUDENTS = 2000
/** A Tuesday evening in the United States, when there is most to tell. */
const START = '2026-01-06T22:00:00Z'

const [factorText, tick, secondsText, behindText, folder = '', url = ''] = process.argv.slice(2)
const [factor, seconds, behind] = [Number(factorText), Number(secondsText), Number(behindText)]
const settings = settingsFrom({ students: STUDENTS, start: START, tick: tick as string })
const ticks = Math.ceil((seconds * 1000 * factor) / (parseDuration(tick as string) as number))
const machine = realMachine()
const store = await openStore(`sqlite:${join(folder, 'worlds.db')}`)
const sink = await openSink(url, { types: model.events.types, streams: 50 })
const host = await Host.open({ model, settings, machine, log: store.world('paced'), sinks: [sink], workers: 1 })
while (!(await host.begin()));
const at = Date.now() - behind * 1000
process.stdout.write(`${JSON.stringify({ at, start: settings.start })}\n`)
const over = new AbortController()
setTimeout(() => over.abort(), (seconds - behind) * 1000)
const pace = { factor, clock: 'wall', anchor: { instant: settings.start, at } } as const
await host.live({ until: ticks, pace, signal: over.signal })
machine.close()
await host.close()
await sink.close()
await store.close()

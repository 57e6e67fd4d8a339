// Runs an example on the host: kept, delivered, and gone on with where it was left.
//
//     node examples/run.ts epidemic --days 70 --store sqlite:epidemic.db --to epidemic.ndjson
//     node examples/run.ts shop --days 7 --to http://127.0.0.1:4000/ --workers 2

import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DAY, formatInstant, Host, type HostOptions, type WorldSettings } from '../engine/index.ts'
import { openSink, realMachine } from '../sinks/index.ts'
import { openStore } from '../stores/index.ts'

const EXAMPLES = { epidemic: './epidemic/model.ts', shop: './shop/model.ts' }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    days: { type: 'string', default: '30' },
    seed: { type: 'string', default: 'demo' },
    store: { type: 'string', default: 'sqlite:.tutorsim/examples.db' },
    world: { type: 'string' },
    to: { type: 'string', default: '-' },
    workers: { type: 'string', default: '1' },
  },
})
const [name = ''] = positionals
const module = EXAMPLES[name as keyof typeof EXAMPLES]
if (module === undefined) {
  console.error(
    `usage: node examples/run.ts ${Object.keys(EXAMPLES).join('|')} [--days 30] [--store …] [--to …] [--workers 1]`,
  )
  process.exit(2)
}
const { model, SETTINGS } = (await import(module)) as {
  model: HostOptions<WorldSettings, unknown>['model']
  SETTINGS: WorldSettings
}

mkdirSync('.tutorsim', { recursive: true })
const store = await openStore(values.store)
const sink = await openSink(values.to, {
  streams: 50,
  types: model.events.types,
  events: model.events,
  userAgent: name,
})
const machine = realMachine()
const settings = { ...SETTINGS, seed: values.seed }
const log = store.world(values.world ?? name)
const workers = Number(values.workers)
const host = await Host.open({ model, settings, log, sinks: [sink], machine, workers })
while (!(await host.begin()));
const { start, tickMilliseconds } = host.settings
const until = (Number(values.days) * DAY) / tickMilliseconds
const { events, byType, failures } = await host.live({ until })
machine.close()
await host.close()
await sink.close()
await store.close()
const types = model.events.types.map(({ name }, type) => `${byType[type]} ${name}`)
console.error(`${events} events up to ${formatInstant(start + until * tickMilliseconds)}: ${types.join(', ')}`)
for (const failure of failures) if (failure) throw failure

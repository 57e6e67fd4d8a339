// Opens a world in a process of its own and prints the seconds that it took to be ready for its next step.

import { LocalSimulation, recover } from '../engine/index.ts'
import { model } from '../model/index.ts'
import { openStore } from '../stores/index.ts'

const began = performance.now()
const store = await openStore(process.argv[2] ?? '')
const log = store.world('bench')
const head = await log.readHead()
if (!head) throw new Error('there is no world')
await recover(log, new LocalSimulation(model), head, head.tick)
console.log((performance.now() - began) / 1000)
await store.close()

// Visits of agents by an agent library: it comes to each agent at each step, and the agent counts.
//
//     node bench/peers/flocc.ts VISITS

import { createRequire } from 'node:module'

const AGENTS = 10_000
const [visits = ''] = process.argv.slice(2)
const { Agent, Environment } = createRequire(import.meta.url)('flocc')
const environment = new Environment()
for (let made = 0; made < AGENTS; made++) {
  const agent = new Agent({ visits: 0 })
  agent.set('tick', (visited: { increment(name: string): void }) => visited.increment('visits'))
  environment.addAgent(agent)
}
let done = 0
for (; done < Number(visits); done += AGENTS) environment.tick()
console.log(done)

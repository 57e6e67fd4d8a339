// `tutorsim demo --snapshot`: the page as one file that needs no server.

import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { DashboardServer, Driver, follow, type Stage, snapshotOf } from '../../dashboard/server/index.ts'
import { grouped, OperationalError, OptionError } from '../../engine/index.ts'
import type { Scenario } from '../../model/index.ts'
import { openMemory } from '../../stores/index.ts'
import { takeScenarios } from '../terminal/scenarios.ts'
import type { Stop } from '../terminal/stop.ts'
import { type DemoOptions, HISTORY_DAYS, keptWorld, settingsFor, showOf } from './demo-world.ts'

/** The page as a file: the world lives up to now, or is read, and nothing is served. */
export async function snapshot(
  stage: Stage,
  scenarios: readonly Scenario[],
  options: DemoOptions,
  file: string,
  stop: Stop,
): Promise<number> {
  const show = showOf(stage, scenarios, options)
  const server = new DashboardServer(show, { host: options.host })
  if (!server.hasPage) throw new OperationalError('the page is not built: npm run page', { code: 'PAGE_MISSING' })
  const life =
    options.world === undefined
      ? { store: openMemory(), isThere: () => true }
      : await keptWorld(options.store, options.world)
  const over = new AbortController()
  stop.signal.addEventListener('abort', () => over.abort())
  const log = life.store.world(stage.name)
  stage.on(() => {
    if (stage.phase === 'living' || stage.phase === 'read_only') over.abort()
  })
  try {
    if (options.world !== undefined)
      await follow(stage, { log, signal: over.signal, isThere: life.isThere, phase: 'read_only', line: '' })
    else
      await new Driver(stage, {
        ...{ log, signal: over.signal, isThere: life.isThere, isPlaying: false, speed: 1 },
        ...{ workers: availableParallelism(), settings: await settingsFor(options, scenarios, stage.machine) },
        onBegun: (host) => takeScenarios(host, scenarios, log),
        catchUpTo: () => stage.machine.now(),
      }).run()
    if (stop.asked) return 1
    if (!stage.sources) throw new OperationalError(stage.line ?? 'there is nothing to show', { code: 'WORLD_MISSING' })
    const html = await snapshotOf(server.answers, server.files)
    write(file, html)
    process.stderr.write(
      `${file}: the page with its ${HISTORY_DAYS} days, ${grouped(Math.round(html.length / 1024))} KB, opens without a server\n`,
    )
    return 0
  } finally {
    await server.close()
    await life.store.close()
  }
}

/** @throws OptionError */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    const rule = `cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`
    throw new OptionError({ option: 'snapshot', rule, value: file }, { code: 'FILE_FAILED', cause })
  }
}

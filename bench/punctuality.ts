// When the events of a world at a pace arrive, against when their timestamps come: the world in a process of its own, and an
// endpoint here that notes when each post is there and answers at once.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Trial {
  factor: number
  tick: string
  /** Of the machine's time. */
  seconds: number
  /** So much of it lies behind the clock at the start, and has to be caught up on; none. */
  behindSeconds?: number
}

/** An event that arrived: by how many milliseconds after its timestamp had come, and after the world had begun. */
export interface Arrival {
  late: number
  since: number
}

export async function arrivalsOf({ factor, tick, seconds, behindSeconds = 0 }: Trial): Promise<Arrival[]> {
  const noted: { instant: number; arrived: number }[] = []
  const server = createServer(async (request, response) => {
    const arrived = Date.now()
    const { payload } = JSON.parse(await text(request))
    noted.push({ instant: Date.parse(payload.timestamp), arrived })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-pace-'))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ingest`
    const words = [String(factor), tick, String(seconds), String(behindSeconds), folder, url]
    const world = spawn(process.execPath, [join(import.meta.dirname, 'paced-world.ts'), ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said, [code]] = await Promise.all([text(world.stdout), once(world, 'exit')])
    if (code !== 0) throw new Error(`the world at ${factor}x ended with ${code}`)
    const { at, start } = JSON.parse(said)
    const began = at + behindSeconds * 1000
    return noted.map(({ instant, arrived }) => ({
      late: arrived - (at + (instant - start) / factor),
      since: arrived - began,
    }))
  } finally {
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  }
}

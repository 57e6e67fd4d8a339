// `demo` as a process for a browser to look at, on a free port.

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')

export interface Demo {
  url: string
  process: ChildProcess
}

/** @param folder where it keeps its worlds @throws Error with what it said, where that was no address */
export async function startDemo(options: readonly string[], folder: string): Promise<Demo> {
  const started = spawn(process.execPath, [CLI, 'demo', '--port', '0', ...options], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said: string[] = []
  for await (const line of createInterface({ input: started.stderr })) {
    said.push(line)
    const url = /http:\/\/[\w.:]+/.exec(line)?.[0]
    if (url !== undefined) {
      started.stderr.resume()
      return { url, process: started }
    }
  }
  throw new Error(`demo said no address: ${said.join(' ')}`)
}

export async function endDemo(demo: Demo | undefined): Promise<void> {
  if (demo === undefined) return
  const { process } = demo
  if (process.exitCode !== null || process.signalCode !== null) return
  const ended = new Promise((resolve) => process.once('exit', resolve))
  process.kill('SIGINT')
  await ended
}

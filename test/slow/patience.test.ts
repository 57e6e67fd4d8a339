// `--give-up`, with real processes and sockets: what counts as nothing getting through, and what does not.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { killed } from '../killed.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')

interface Running {
  child: ChildProcess
  posts: number[]
  ended: Promise<{ code: number | null; stderr: string }>
}

/** @param answer to each post, by its number from 1 on */
async function run(answer: (response: ServerResponse, post: number) => void, ...words: string[]): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  const posts: number[] = []
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      posts.push(performance.now())
      answer(response, posts.length)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const options = ['--students', '300', '--warmup', '0d', '--streams', '1', '--to', url]
  const child = spawn(process.execPath, [CLI, 'run', ...options, ...words], { cwd: folder, timeout: 90_000 })
  onTestFinished(async () => {
    await killed(child)
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  })
  let stderr = ''
  child.stderr.on('data', (text) => (stderr += text))
  return { child, posts, ended: once(child, 'close').then(([code]) => ({ code, stderr })) }
}

const status = (response: ServerResponse, code: number, headers = {}): void =>
  void response.writeHead(code, headers).end()

it('one failure at a rate that makes tries rare is none to end for', async () => {
  const { posts, ended } = await run(
    (response, post) => status(response, post === 2 ? 503 : 200),
    ...['--ticks', '1', '--tick', '1m', '--max-rate', '0.5', '--give-up', '1s'],
  )
  while (posts.length < 4) await sleep(50)
  expect(await Promise.race([ended, sleep(10)])).toBeUndefined()
}, 60_000)

it('a process that slept goes on, though an endpoint that is well had failed before', async () => {
  const { child, posts, ended } = await run(
    (response, post) => status(response, post > 3 && post < 9 ? 503 : 200),
    ...['--ticks', '4', '--give-up', '5s'],
  )
  while (posts.length < 5) await sleep(5)
  child.kill('SIGSTOP')
  await sleep(6500)
  child.kill('SIGCONT')
  expect(await ended).toMatchObject({ code: 0 })
}, 60_000)

it('a wait that the endpoint asks for is waited for, and nothing to end for', async () => {
  const { posts, ended } = await run(
    (response, post) => (post === 3 ? status(response, 503, { 'retry-after': '6' }) : status(response, 200)),
    ...['--ticks', '4', '--give-up', '3s'],
  )
  expect(await ended).toMatchObject({ code: 0 })
  expect((posts[3] as number) - (posts[2] as number)).toBeGreaterThanOrEqual(5950)
}, 60_000)

it('an endpoint that is down is given up on after so long, with exit 1', async () => {
  const began = performance.now()
  const { ended } = await run((response) => status(response, 503), ...['--ticks', '4', '--give-up', '3s'])
  const { code, stderr } = await ended
  expect(code).toBe(1)
  expect(stderr).toContain('nothing could be delivered for 3 s (503)')
  expect(performance.now() - began).toBeGreaterThan(2500)
}, 60_000)

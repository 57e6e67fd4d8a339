// Runs the bin, and other programs, as processes whose time and memory are measured.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { binArguments } from './report.ts'

/** What a process says of itself as the last line of its standard error, with TUTORSIM_USAGE=1. */
export interface Usage {
  cpuSeconds: number
  maxResidentBytes: number
  events: number
}

export interface World {
  students: number
  duration: string
}

/** Simulates a world that is not kept, from its birth. @param options of the command besides */
export async function simulate(
  { students, duration }: World,
  to: string,
  options: readonly string[] = [],
  pin: readonly string[] = [],
): Promise<{ wallSeconds: number; usage: Usage }> {
  const size = ['--students', String(students), '--for', duration, '--warmup', '0d']
  const { wallSeconds, errorText } = await run(
    [...binArguments(), 'run', '--store', 'memory', ...size, ...options, '--to', to],
    pin,
  )
  const usage = JSON.parse(errorText.trimEnd().split('\n').at(-1) ?? '') as Usage
  if (!(usage.events > 0 && usage.cpuSeconds > 0 && usage.maxResidentBytes > 0))
    throw new Error(`not a usage line: ${JSON.stringify(usage)}`)
  return { wallSeconds, usage }
}

/** Runs one Node process from start to exit; standard output is thrown away. @param pin what is put before its command */
export function run(
  args: readonly string[],
  pin: readonly string[] = [],
): Promise<{ wallSeconds: number; errorText: string }> {
  const [command = '', ...rest] = [...pin, process.execPath, ...args]
  const began = performance.now()
  const child = spawn(command, rest, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, TUTORSIM_USAGE: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errorText = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText += text
  })
  return new Promise((resolve, reject) => {
    let wallSeconds = 0
    child.on('error', reject)
    child.on('exit', () => {
      wallSeconds = (performance.now() - began) / 1000
    })
    child.on('close', (code, signal) => {
      if (code === 0) resolve({ wallSeconds, errorText })
      else reject(new Error(`node ${args.join(' ')} ended with ${code ?? signal}: ${errorText.slice(-2000)}`))
    })
  })
}

// What bench/backfill.ts measures: the backfill's handler in a process of its own, which is told what to do, does it, and tells
// what it has cost and written so far.

import { enableCompileCache } from 'node:module'
import type { Took } from './process.ts'

const [AWS_ENDPOINT_URL_S3 = '', STUDENTS = ''] = process.argv.slice(2)
enableCompileCache()
Object.assign(process.env, {
  ...{
    AWS_ENDPOINT_URL_S3,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
  },
  ...{ BACKFILL_BUCKET: 'histories', BACKFILL_PREFIX: 'events/', SEED: 'backfill', STUDENTS },
})
const { handler } = await import('../lambda/backfill.ts')
let count = 0

process.on('message', async (asked: Parameters<typeof handler>[0]) => {
  count += (await handler(asked)).events
  process.send?.(took())
})

function took(): Took {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6
  return { count, wallSeconds: performance.now() / 1000, cpuSeconds, maxResidentBytes: maxRSS * 1024 }
}

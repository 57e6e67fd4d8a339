// What bench/backfill.ts measures: one invocation of the backfill's handler, in a process of its own, which tells what it cost as
// the last line of its standard error.

import { enableCompileCache } from 'node:module'

const [asked = '', AWS_ENDPOINT_URL_S3 = '', STUDENTS = ''] = process.argv.slice(2)
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
const { events } = await handler(JSON.parse(asked))
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6
console.error(JSON.stringify({ cpuSeconds, maxResidentBytes: maxRSS * 1024, events }))

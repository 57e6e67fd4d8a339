// The barest client: 50 connections, each posting a ready body as soon as the one before was answered. Prints events/s.

import { Pool } from 'undici'

const [port = '', count = ''] = process.argv.slice(2)
const CONNECTIONS = 50
const body = JSON.stringify({
  event_type: 'customer_health_update',
  payload: {
    ...{ timestamp: '2026-01-05T00:01:12.364Z', source: 'simulator', student_id: 'stu_2801' },
    ...{ sessions_last_7_days: 2, sessions_last_30_days: 9, ib_calls_last_14_days: 0 },
    ...{ avg_session_rating: 4.89, health_score: 94.96, churn_risk: 'low' },
  },
})
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS })
let left = Number(count)
const began = performance.now()
await Promise.all(
  Array.from({ length: CONNECTIONS }, async () => {
    while (left-- > 0) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': `key-${left}` }
      const answer = await pool.request({ path: '/ingest', method: 'POST', headers, body })
      await answer.body.text()
    }
  }),
)
console.log((Number(count) / (performance.now() - began)) * 1000)
await pool.close()

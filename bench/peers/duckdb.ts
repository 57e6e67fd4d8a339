// Rows of sessions that begin, made up by DuckDB from nothing and written by it: NDJSON or Parquet, by the file's name.
//
//     node bench/peers/duckdb.ts ROWS FILE

import { createRequire } from 'node:module'

const [rows = '', file = ''] = process.argv.slice(2)
const SUBJECTS =
  "['Mathematics', 'Physics', 'Chemistry', 'Biology', 'English', 'History', 'Computer Science', 'Spanish', 'French']"
const FIELDS = `'simulator' AS source, 'sess_' || instant || '_' || student AS session_id, 'stu_' || student AS student_id,
  'tut_' || tutor AS tutor_id, ${any(SUBJECTS, 9)} AS subject,
  ${any("['one_on_one', 'group', 'instant_book']", 3)} AS session_type,
  ${any('[30, 60, 90]', 3)} AS scheduled_duration_minutes`
const MADE = `SELECT 1767571200000 + range * 3000 AS instant, 1000 + floor(random() * 100000)::INT AS student,
  100 + floor(random() * 8000)::INT AS tutor FROM range(${Number(rows)})`
const ID = `'sess_' || instant || '_' || student || '.started' AS event_id, NULL::VARCHAR AS caused_by`
const COLUMNS = `SELECT ${ID}, make_timestamptz(instant * 1000) AS timestamp, ${FIELDS} FROM (${MADE})`
const LINES = `SELECT event_id, caused_by, 'session_started' AS event_type,
  struct_pack(timestamp, source, session_id, student_id, tutor_id, subject, session_type, scheduled_duration_minutes) AS payload
  FROM (SELECT ${ID}, strftime(make_timestamp(instant * 1000), '%Y-%m-%dT%H:%M:%S.%gZ') AS timestamp, ${FIELDS} FROM (${MADE}))`

const { DuckDBInstance } = createRequire(import.meta.url)('@duckdb/node-api')
const connection = await (await DuckDBInstance.create()).connect()
await connection.run(
  file.endsWith('.parquet')
    ? `COPY (${COLUMNS}) TO '${file}' (FORMAT parquet, CODEC zstd)`
    : `COPY (${LINES}) TO '${file}' (FORMAT json)`,
)
connection.closeSync()
console.log(rows)

function any(list: string, length: number): string {
  return `(${list})[1 + floor(random() * ${length})::INT]`
}

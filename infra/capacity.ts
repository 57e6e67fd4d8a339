// How large and how fast things are allowed to be, in one place: what measurement corrects.

/**
 * The simulator: the most that it holds at once, which is while a world is born and saved. Measured (bench/lambda.ts) are
 * 142 MiB with 9,000 students, 520 with the default's 700,000 and 1,400 with 2,800,000: 570 bytes a student. A third is
 * left for the runtime, for busy days and for what waits to be delivered. Below 1 GiB there would be less than half a
 * core, and a birth with the default's size would take several runs.
 */
export function simulatorMemoryMebibytes(students: number): number {
  const held = 140 + (students * 570) / 2 ** 20
  return Math.min(LAMBDA_MEMORY_MEBIBYTES_MAX, Math.max(1024, Math.ceil((1.5 * held) / 256) * 256))
}
const LAMBDA_MEMORY_MEBIBYTES_MAX = 10_240
/** Students that bring one event a minute, as the model has it on average over a week. */
export const STUDENTS_AN_EVENT_A_MINUTE = 1393
/** Of a world by regions, the largest one's. */
export const LARGEST_REGION_SHARE = 0.256
/** A warm run takes seconds; genesis and catching up use what is left, and go on in the next run. */
export const SIMULATOR_TIMEOUT_SECONDS = 300
/** Longer than a run at its longest: an invocation that came during one still gets its turn and finds little to do. */
export const SIMULATOR_EVENT_AGE_SECONDS = SIMULATOR_TIMEOUT_SECONDS + 60

export const INGEST_MEMORY_MEBIBYTES = 256
/** Kinesis answers in milliseconds; a sender who has waited for so long tries again. */
export const INGEST_TIMEOUT_SECONDS = 10
/** Four times the default's busiest second: 50 streams, each with one post in flight. */
export const INGEST_RATE_PER_SECOND = 1000
export const INGEST_BURST = 500

/** A part of a backfill: a region simulated in one go, its columns held until they are written. */
export const BACKFILL_MEMORY_MEBIBYTES = 3008
export const BACKFILL_TIMEOUT_SECONDS = 900
export const BACKFILL_SCRATCH_MEBIBYTES = 4096
export const BACKFILL_CONCURRENCY = 20

/** Alarms: how far behind is too far. */
export const TICK_LAG_TICKS_MAX = 10
export const UNDELIVERED_SECONDS_MAX = 900
/** Overlapping runs and commands race now and then, and one of them has to begin again; more than that is a fault. */
export const CONFLICTS_MAX = 10

export const LOG_RETENTION_DAYS = 30

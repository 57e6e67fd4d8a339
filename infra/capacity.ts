// How large and how fast things are allowed to be, in one place: what measurement corrects.

/**
 * The simulator: the most that it holds at once, which is while a world is born and saved. Measured (bench/lambda.ts) are
 * 142 MiB with 9,000 students, 520 with 700,000 and 1,400 with 2,800,000: 570 bytes a student. A third is left for the
 * runtime, for busy days and for what waits to be delivered. Below 1 GiB there would be less than half a core, and a
 * birth with the default's size would take several runs. A world's most take 8,448 of the 10,240 MiB that Lambda has.
 */
export function simulatorMemoryMebibytes(students: number): number {
  const held = 140 + (students * 570) / 2 ** 20
  return Math.max(1024, Math.ceil((1.5 * held) / 256) * 256)
}
/** A world's most, as the model has it. */
export const STUDENTS_MAX = 10_000_000
/**
 * Students that bring one event a minute on average over a week: most in July, which is the quietest month. A world is
 * sized by the season of its birth, and nobody knows at a deployment when that will be.
 */
export const STUDENTS_AN_EVENT_A_MINUTE = { most: 2540, mean: 1652 }
/** The busiest hour and day, in the exams of May, against an average week of July. */
export const BUSY = { hour: 12, day: 3.5 }
/** Of a world by regions, the largest one's. */
export const LARGEST_REGION_SHARE = 0.256
/** A warm run takes seconds; genesis and catching up use what is left, and go on in the next run. */
export const SIMULATOR_TIMEOUT_SECONDS = 300
/** What a run has to post events in, at the most: the rest is for its start, its loading and its end. */
export const POSTING_SECONDS_MAX = 276
/** What nobody gets beyond: a stream whose endpoint answers in 2 ms, and a run with a core (bench/delivery.ts). */
export const POSTS_PER_SECOND_MAX = { stream: 500, run: 20_000 }
/** How many times the events a run gets through in batches, however large they are. */
export const BATCH_GAIN_MAX = 10
/**
 * The longest that Lambda has. An invocation that comes during a run waits for its turn and finds little to do; while a
 * birth or a catch-up takes run after run, some wait for long, and none of them is lost work that anybody has to look at.
 */
export const SIMULATOR_EVENT_AGE_SECONDS = 6 * 3600

export const INGEST_MEMORY_MEBIBYTES = 256
/** Kinesis answers in milliseconds; a sender who has waited for so long tries again. */
export const INGEST_TIMEOUT_SECONDS = 10
/** Requests a second that the API takes at the least, and what an account has at the most unless it asks for more. */
export const INGEST_RATE_PER_SECOND = { least: 1000, most: 10_000 }
/** Of the rate: an account's own burst is half its rate. */
export const INGEST_BURST_SHARE = 0.5

/** A part of a backfill, or the pass before: a region simulated in one go, its columns held until they are written. */
export const BACKFILL_MEMORY_MEBIBYTES = 3008
export const BACKFILL_TIMEOUT_SECONDS = 900
export const BACKFILL_SCRATCH_MEBIBYTES = 4096
export const BACKFILL_CONCURRENCY = 20

/** Alarms: how far behind is too far. */
export const TICK_LAG_TICKS_MAX = 10
/** Ahead of the clock: as long as that many minutes a schedule has nothing to do. */
export const AHEAD_TICKS_MAX = 10
export const UNDELIVERED_SECONDS_MAX = 900
/** Overlapping runs and commands race now and then, and one of them has to begin again; more than that is a fault. */
export const CONFLICTS_MAX = 10

export const LOG_RETENTION_DAYS = 30

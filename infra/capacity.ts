// How large and how fast things are allowed to be, in one place: what measurement corrects.

/** The simulator: its world's rows, twice, and the code have to fit the memory; cores come in proportion to it. */
export const SIMULATOR_MEMORY_MEBIBYTES = 512
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

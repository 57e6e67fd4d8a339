// The reference ingestion API's face.

export { createIngestionApi, INGESTION_PATHS, type IngestionApi, type IngestionLedgerReport } from './api.ts'
export { Chaos, chaosModes } from './chaos.ts'
export { openRecord } from './record.ts'

// The reference ingestion API's face.

export { createIngestionApi, type IngestionApi, type IngestionLedgerReport } from './api.ts'
export { Chaos, chaosModes } from './chaos.ts'
export { openRecord } from './record.ts'

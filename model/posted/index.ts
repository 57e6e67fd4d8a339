// What an ingestion API takes (contract, sections 2 and 6). For the reference API and the deployed one, whose answers are
// the same.

export { partitionKeyOf } from '../events/index.ts'
export { KEY_HEADER, type PostedEvent, Refusal, recordOf } from './event.ts'
export { type Posted, type PostHeaders, postedIn, resultOf } from './post.ts'

// The model's face.
export { balanceStatus } from './balance.ts'
export * from './events.ts'
export { churnRisk, healthScore, meanRating } from './health.ts'

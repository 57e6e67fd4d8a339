// The model's face. What reads events, posted.ts and checker/, are others: loading zod costs more than a short run.

export { balanceStatus } from './balance.ts'
export * from './events.ts'
export { churnRisk, healthScore, meanRating } from './health.ts'
export { type Input, studentsOf } from './inputs.ts'
export { createWorld, Marketplace, restoreWorld } from './marketplace.ts'
export { type Settings, SettingsError, type SettingsInput, settingsFrom } from './settings.ts'
export { bearRegions, MODEL_VERSION, Shards } from './shards.ts'
export { LocalSimulation } from './simulation.ts'
export { KeptEvents, Stream } from './stream.ts'
export type { MarketView, StudentView, TutorView } from './views.ts'

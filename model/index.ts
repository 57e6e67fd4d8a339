// The model's face. What reads events has faces of its own, posted/ and checker/: loading zod costs more than a short run.

export { check, type Violated } from './check.ts'
export { balanceStatus } from './events/balance.ts'
export { events, eventsIn } from './events/catalogue.ts'
export { churnRisk, healthScore, meanRating } from './events/health.ts'
export * from './events/index.ts'
export { createWorld, type Length, Marketplace, NotReachedError, restoreWorld } from './marketplace.ts'
export { MODEL_VERSION, model, RegionShard } from './model.ts'
export { type Input, studentsOf } from './rules/inputs.ts'
export { REGION_SIZES } from './state/numbering.ts'
export { inputFor, type Settings, SettingsError, type SettingsInput, settingsFrom } from './state/settings.ts'
export type { CallView, MarketView, SessionView, StudentView, TutorView } from './views.ts'
export type { Which } from './which.ts'

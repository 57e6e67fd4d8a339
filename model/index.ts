// The model's face. Its schemas are a second one, schemas.ts, because loading zod costs more than a short run.

export { balanceStatus } from './balance.ts'
export * from './events.ts'
export { churnRisk, healthScore, meanRating } from './health.ts'
export {
  advanceRegions,
  bearRegions,
  createWorld,
  type Input,
  Marketplace,
  MODEL_VERSION,
  restoreWorld,
} from './marketplace.ts'
export { type Settings, SettingsError, type SettingsInput, settingsFrom } from './settings.ts'
export { type EventTable, eventTable, Stream } from './stream.ts'
export type { MarketView, StudentView, TutorView } from './views.ts'

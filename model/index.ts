// The model's face. What reads events has faces of its own, posted/ and checker/: loading zod costs more than a short run.

export type { PlannedView, ReservedView, SlotView, Weekday } from './appointments.ts'
export { check, type Violated } from './check.ts'
export { CHANGES, type Compared, Comparison, type Counts, type Difference } from './comparison.ts'
export { balanceStatus } from './events/balance.ts'
export { events, eventsIn, rowsOf } from './events/catalogue.ts'
export { eventOf } from './events/encode.ts'
export { churnRisk, healthScore, meanRating } from './events/health.ts'
export * from './events/index.ts'
export { instantAt, localAt, Zone } from './events/localtime.ts'
export type { EventRow } from './events/row.ts'
export type { Explanation, InterventionTold, ReasonTold, RuleTold, Step } from './explanation/explanation.ts'
export { explainKept } from './explanation/kept.ts'
export { targetOf, whoIs } from './explanation/target.ts'
export {
  checkIntervention,
  type Intervention,
  type InterventionInput,
  instantOf,
  interventionFrom,
  resolve,
  type When,
  type Where,
} from './interventions/intervention.ts'
export {
  KIND_NAMES,
  KINDS,
  type Kind,
  type KindOfIntervention,
  SHAPE_NAMES,
  SHAPES,
  type Shape,
  type WorldKind,
} from './interventions/kinds.ts'
export { createWorld, type Length, Marketplace, NotReachedError, restoreWorld } from './marketplace.ts'
export { MODEL_VERSION, model, RegionShard, type Told } from './model.ts'
export {
  askedBy,
  figuresAfter,
  type Input,
  isIntervention,
  isOfSettings,
  type NewFigures,
  type NewIntervention,
  type NewSize,
  SIZE_NAMES,
  targetsAfter,
} from './rules/inputs.ts'
export { builtIn, CATALOGUE as SCENARIOS } from './scenarios/catalogue.ts'
export { type Moment, type Scenario, scenarioFrom } from './scenarios/scenario.ts'
export { BASICS, type ListedSetting } from './settings/basics.ts'
export { type FiguresInput, GROUP_NAMES, type SettingName, settingByName } from './settings/catalogue.ts'
export { listed, listedSettings, settingsSchema } from './settings/listing.ts'
export { TOLD_SETTINGS as SETTINGS, type ToldSetting as Setting } from './settings/told.ts'
export { type CalendarDay, type CalendarInput, calendarFrom } from './state/calendar.ts'
export { REGION_SIZES } from './state/numbering.ts'
export {
  type BasicSettings,
  inputFor,
  layered,
  partsOf,
  type Settings,
  SettingsError,
  type SettingsInput,
  settingsFrom,
} from './state/settings.ts'
export type { Shock } from './state/shock.ts'
export type { CallView, MarketView, SessionView, StudentView, TutorView } from './views.ts'
export type { Which } from './which.ts'

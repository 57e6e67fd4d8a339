// Labels: what interventions did to a world; a face of its own, as only a run that is labelled needs it.

export type { Labelled } from './labels.ts'
export { type Beginning, Twins } from './twins.ts'

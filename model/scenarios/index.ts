// Scenarios as a whole, and the labels of what they did; a face of its own, as only a run that is labelled needs all of it.

export { onWire, wireOf } from '../interventions/wire.ts'
export { builtIn, CATALOGUE } from './catalogue.ts'
export { interventionLine, type Labelled, type Named, named } from './labels.ts'
export { METRICS, placesOfMetric } from './metrics.ts'
export { type BuiltIn, STRENGTHS, type Strength } from './scenario.ts'
export { scenarioSchema } from './schema.ts'
export { type Beginning, Twins } from './twins.ts'

// Names that a map has besides types of events.

/** Stands for every type that has no expression of its own. */
export const ALL = '*'
/** The expression of a whole post's body, from the array of what its events were mapped to. */
export const BATCH = 'batch'

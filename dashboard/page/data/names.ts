// Names of people by id. Each answer brings the names along that it needs, and they are learned before it is drawn: nothing has
// to be drawn anew for a name.

import type { Names } from './api.ts'

const MOST = 2000
/** Those told last are last. */
const known = new Map<string, string>()

export function learn(told: Names): void {
  for (const [id, name] of Object.entries(told)) {
    known.delete(id)
    known.set(id, name)
  }
  for (const id of known.keys()) {
    if (known.size <= MOST) break
    known.delete(id)
  }
}

/** @returns the id itself of somebody whose name was not told */
export function nameOf(id: string): string {
  return known.get(id) ?? id
}

// The invented names of the people of a world, kept for as long as somebody looks at them.

import type { Event } from '../../model/index.ts'
import { personOf } from '../../model/people/index.ts'

/** To make a name takes some 50 µs. */
const NAMES_MAX = 20_000

export class Names {
  readonly #seed: string
  readonly #known = new Map<string, string>()

  constructor(seed: string) {
    this.#seed = seed
  }

  /** @param id of a student or a tutor */
  of(id: string): string {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    if (this.#known.size >= NAMES_MAX) this.#known.clear()
    const { name } = personOf(this.#seed, id)
    this.#known.set(id, name)
    return name
  }

  /** Of everybody whom events name, by id. */
  in(events: readonly Pick<Event, 'payload'>[]): Record<string, string> {
    const names: Record<string, string> = {}
    for (const { payload } of events) for (const id of this.idsIn(payload)) names[id] = this.of(id)
    return names
  }

  /** Of these people, by id. */
  ofAll(ids: Iterable<string>): Record<string, string> {
    return Object.fromEntries([...ids].map((id) => [id, this.of(id)]))
  }

  /** Of the people whom an event names. */
  idsIn(payload: Event['payload']): string[] {
    const student = 'student_id' in payload ? [payload.student_id] : []
    const tutor = 'tutor_id' in payload ? [payload.tutor_id] : []
    return [...student, ...tutor]
  }
}

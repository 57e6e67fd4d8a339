// What a target has refused, by kind: a thousand events that it refuses for one reason are one thing to tell a person.

/** One kind of refusal. */
export interface Refusal {
  status: number
  /** As the target said it first. */
  answer: string
  /** The first event that it was said of. */
  eventId: string
  count: number
}

/** What is refused for more reasons is counted as one kind: no endpoint can fill the memory with its words. */
const KINDS_MAX = 20
const OTHERS = 'and for other reasons'

export class Refusals {
  /** In the order in which they came up. */
  readonly kinds: Refusal[] = []
  readonly #byKind = new Map<string, Refusal>()

  add(status: number, answer: string, eventId: string): void {
    // What names an event, a person or a number says the same of each.
    const kind = `${status} ${answer.replaceAll(/[\w.-]*\d[\w.-]*/g, '#')}`
    const known = this.#byKind.get(kind) ?? (this.kinds.length > KINDS_MAX ? this.kinds.at(-1) : undefined)
    if (known) {
      known.count++
      return
    }
    const refusal = { status, answer: this.kinds.length === KINDS_MAX ? OTHERS : answer, eventId, count: 1 }
    this.kinds.push(refusal)
    this.#byKind.set(kind, refusal)
  }
}

// What an endpoint remembers of what it has seen: the latest of it, so that memory stays flat for ever.

/**
 * Holds the last half to whole `max` keys, in two generations: when the younger one is full, the older one is dropped
 * whole, which costs nothing a key.
 */
export class Recent<Value> {
  readonly #max: number
  #young = new Map<string, Value>()
  #old = new Map<string, Value>()

  constructor(max: number) {
    this.#max = max
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#max / 2 && !this.#young.has(key)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }
}

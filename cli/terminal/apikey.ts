// The key in `--api-key-file`, which somebody may rotate while a long run posts with it.

import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiKey } from '../../sinks/index.ts'

/** A new key may be in its file a moment after the old one is refused. */
const PAUSE_MILLISECONDS = 2000

export class KeyFile implements ApiKey {
  value: string
  readonly #read: () => string
  #renewal: Promise<void> | undefined

  /** @param read the key as the file has it now; throws where it cannot be read */
  constructor(read: () => string) {
    this.#read = read
    this.value = read()
  }

  async renew(refused: string): Promise<boolean> {
    // Many posts are refused at once: one of them looks for all.
    this.#renewal ??= this.#look(refused).finally(() => {
      this.#renewal = undefined
    })
    if (this.value === refused) await this.#renewal
    return this.value !== refused
  }

  async #look(refused: string): Promise<void> {
    for (const isSecond of [false, true]) {
      if (isSecond) await sleep(PAUSE_MILLISECONDS)
      try {
        this.value = this.#read()
      } catch {
        // As good as unchanged: it is just being written, or gone.
      }
      if (this.value !== refused) return
    }
  }
}

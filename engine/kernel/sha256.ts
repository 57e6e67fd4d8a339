// SHA-256 where there is Node. What stands in for it in a browser is sha256-browser.ts; package.json says which is which.

import { createHash } from 'node:crypto'

/** 32 bytes. @param parts as if they were one */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Of what comes piece by piece. */
export class Sha256 {
  readonly #hash = createHash('sha256')

  update(part: Uint8Array): void {
    this.#hash.update(part)
  }

  digest(): Uint8Array {
    return this.#hash.digest()
  }
}

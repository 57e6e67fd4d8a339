// A sink that takes everything, as a file does, and holds it as text.

import type { Sink } from '../engine/index.ts'

export function gathering(): Sink & { text: string } {
  return {
    text: '',
    target: 'memory',
    streams: 1,
    eventByEvent: false,
    async send({ bytes }) {
      this.text += Buffer.from(bytes).toString()
      return { verdict: 'acknowledged' }
    },
    async close() {},
  }
}

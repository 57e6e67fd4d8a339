// The byte writer against the language's own conversion of numbers to text.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter, literal } from '../../engine/kernel/bytewriter.ts'

const writer = new ByteWriter(0)

/** What is written by one call. */
function written(write: (to: ByteWriter) => void): string {
  writer.length = 0
  writer.reserve(128)
  write(writer)
  return text(writer)
}

function text({ bytes, length }: ByteWriter): string {
  return Buffer.from(bytes.buffer, 0, length).toString('latin1')
}

const anySize = fc.integer({ min: 0, max: 53 }).chain((bits) => fc.nat(Math.min(2 ** bits, Number.MAX_SAFE_INTEGER)))

describe('a whole number', () => {
  function expectWhole(value: number): void {
    expect(written((to) => to.whole(value))).toBe(String(value))
  }

  it('is written as String writes it, whatever its size up to 2^53', () => {
    return fc.assert(fc.property(anySize, expectWhole), { numRuns: 5000 })
  })

  it('is right at every power of ten and of two, and beside it', () => {
    for (let power = 1; power < 2 ** 53; power *= 10) for (const off of [-1, 0, 1]) expectWhole(power + off)
    for (let power = 1; power <= 2 ** 53; power *= 2) for (const off of [-1, 0]) expectWhole(power + off)
  })

  it('keeps the zeros within', () => {
    for (const value of [100_000_001, 100_010_000, 1_000_000_000_000, 5_000_000_050_000, 9_007_199_200_000_000])
      expectWhole(value)
  })
})

it('hundredths are written as String writes the number, all of them below 10,000 units', () => {
  writer.length = 0
  writer.reserve(9 * 1_000_000)
  let expected = ''
  for (let value = 0; value < 1_000_000; value++) {
    writer.hundredths(value)
    writer.whole(0)
    expected += `${value / 100}0`
  }
  // Not toBe: on a difference it would print megabytes.
  expect(text(writer) === expected).toBe(true)
})

describe('a blank', () => {
  it('is filled with the last digits of a number, with leading zeros, and nothing beside it', () => {
    return fc.assert(
      fc.property(anySize, fc.nat(15), fc.nat(20), (value, digits, at) => {
        const got = written((to) => {
          to.literal(literal('.'.repeat(40)))
          to.fill(at, value, digits)
        })
        const last = digits === 0 ? '' : String(value).padStart(15, '0').slice(-digits)
        expect(got).toBe('.'.repeat(at) + last + '.'.repeat(40 - at - digits))
      }),
      { numRuns: 3000 },
    )
  })

  it('is filled with the same digits as others of its text', () => {
    return fc.assert(
      fc.property(anySize, fc.nat(12), fc.uniqueArray(fc.nat(5)), fc.nat(9), (value, digits, blanks, start) => {
        const expected = written((to) => {
          to.literal(literal('.'.repeat(120)))
          for (const blank of blanks) to.fill(start + 15 * blank, value, digits)
        })
        const got = written((to) => {
          to.literal(literal('.'.repeat(120)))
          const places = blanks.map((blank) => 15 * blank)
          to.fillAll(start, places, value, digits)
        })
        expect(got).toBe(expected)
      }),
    )
  })

  it('is filled with constant text of eight characters or a multiple', () => {
    for (const part of ['', '2026-01-', '2026-01-05T12:30']) {
      const got = written((to) => {
        to.literal(literal('.'.repeat(30)))
        to.put(5, literal(part))
      })
      expect(got).toBe(`.....${part}${'.'.repeat(25 - part.length)}`)
    }
  })

  it('is found from where its text begins', () => {
    const got = written((to) => {
      to.whole(7)
      const start = to.literal(literal('evt_00000,'))
      to.whole(8)
      to.fill(start + 4, 123, 5)
    })
    expect(got).toBe('7evt_00123,8')
  })
})

describe('constant text', () => {
  const ascii = fc.string({ unit: fc.nat(0x7e).map((code) => String.fromCharCode(code)), maxLength: 40 })

  it('of every length from 0 to 40 is written as it is', () => {
    const line = '{"event_id":"evt_0000000000001","type":"x"}'
    for (let length = 0; length <= 40; length++) {
      const part = line.slice(0, length)
      expect(written((to) => to.literal(literal(part)))).toBe(part)
    }
  })

  it('may be any ASCII, control characters too', () => {
    return fc.assert(
      fc.property(ascii, (part) => {
        expect(written((to) => to.literal(literal(part)))).toBe(part)
      }),
    )
  })

  it('is refused where it is not ASCII', () => {
    for (const part of ['é', 'a\x7f', 'lesson – 1', '🎓']) expect(() => literal(part)).toThrow(`not ASCII: ${part}`)
  })
})

it('any text is written as UTF-8, and makes its own room', () => {
  return fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (said) => {
      const small = new ByteWriter(0)
      small.text(said)
      small.text('!')
      expect(Buffer.from(small.bytes.buffer, 0, small.length).toString()).toBe(`${said}!`)
    }),
  )
})

describe('pieces', () => {
  type Piece = { write: (to: ByteWriter) => void; expected: string }
  const piece: fc.Arbitrary<Piece> = fc.oneof(
    fc.maxSafeNat().map((value) => ({ write: (to: ByteWriter) => to.whole(value), expected: String(value) })),
    fc
      .nat(999_999)
      .map((value) => ({ write: (to: ByteWriter) => to.hundredths(value), expected: String(value / 100) })),
    fc.string({ unit: fc.constantFrom('a', '"', ' '), maxLength: 40 }).map((part) => {
      const packed = literal(part)
      return { write: (to: ByteWriter) => to.literal(packed), expected: part }
    }),
  )

  it('follow one another without a trace of what overhung, while the buffer grows as it must', () => {
    return fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), fc.nat(100), (pieces, capacity) => {
        const out = new ByteWriter(capacity)
        for (const { write, expected } of pieces) {
          out.reserve(expected.length)
          write(out)
        }
        expect(text(out)).toBe(pieces.map(({ expected }) => expected).join(''))
      }),
    )
  })

  it('keep their place when room is made', () => {
    const out = new ByteWriter(8)
    out.whole(12_345_678)
    out.reserve(1 << 20)
    expect(out.bytes.length).toBeGreaterThanOrEqual(8 + (1 << 20))
    expect(text(out)).toBe('12345678')
    const { bytes } = out
    out.reserve(1 << 20)
    expect(out.bytes).toBe(bytes)
  })
})

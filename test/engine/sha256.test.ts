// The digest that stands in for Node's in a browser is the same.

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areEqual, bytesOf, hexOf } from '../../engine/kernel/hex.ts'
import { sha256 as node } from '../../engine/kernel/sha256.ts'
import { sha256 as browser } from '../../engine/kernel/sha256-browser.ts'

describe('SHA-256', () => {
  it('of nothing, and of abc, is what the standard has', () => {
    for (const sha256 of [node, browser]) {
      expect(hexOf(sha256())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
      expect(hexOf(sha256(new TextEncoder().encode('abc')))).toBe(
        'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      )
    }
  })

  it('is the same of any parts, with Node and without', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), (parts) => {
        const expected = createHash('sha256').update(Buffer.concat(parts)).digest('hex')
        expect([hexOf(node(...parts)), hexOf(browser(...parts))]).toEqual([expected, expected])
      }),
    )
  })

  it('is the same of every length around a block', () => {
    for (let length = 0; length < 200; length++) {
      const bytes = new Uint8Array(length).fill(length)
      expect(areEqual(node(bytes), browser(bytes))).toBe(true)
    }
  })
})

describe('hexadecimal text', () => {
  it('stands for its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(hexOf(bytes)).toBe(Buffer.from(bytes).toString('hex'))
        expect(bytesOf(hexOf(bytes))).toEqual(new Uint8Array(bytes))
      }),
    )
  })
})

// JSON as strangers send it: what two readers could read in two ways, or what none can walk, is refused.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JSON_DEPTH_MAX, parseStrictJson, StrictJsonError } from '../../engine/kernel/strictjson.ts'

const refusal = (text: string): StrictJsonError => {
  try {
    parseStrictJson(text)
  } catch (error) {
    if (error instanceof StrictJsonError) return error
  }
  throw new Error(`not refused: ${text}`)
}

describe('a text', () => {
  it('that JSON.stringify has written is read as JSON.parse reads it', () => {
    return fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.constantFrom(undefined, 1), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(parseStrictJson(text)).toEqual(JSON.parse(text))
      }),
      { numRuns: 1000 },
    )
  })

  it('whose objects have any of their keys twice is refused', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1, maxKeys: 5 })
    return fc.assert(
      fc.property(object, fc.nat(), fc.jsonValue(), fc.boolean(), (value, pick, again, isEscaped) => {
        const keys = Object.keys(value)
        const key = keys[pick % keys.length] as string
        const written = isEscaped
          ? [...Array(key.length).keys()].map((at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')
          : JSON.stringify(key).slice(1, -1)
        const text = `[7,${JSON.stringify(value).slice(0, -1)},"${written}":${JSON.stringify(again)}}]`
        expect(refusal(text)).toMatchObject({ message: 'there twice', path: key })
      }),
    )
  })

  it.each([
    ['{"a":1,"a":1}', 'a'],
    ['{"a":{"b":[{"c":1,"d":2,"c":3}]}}', 'a.b.c'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"":1,"":2}', ''],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    [' { "a" : "x\\\\" , "b":"\\"" ,\n"a" :2}', 'a'],
  ])('that is %s is refused with the place', (text, path) => {
    expect(refusal(text)).toMatchObject({ message: 'there twice', path })
  })

  it.each([
    '{"a":{"a":{"a":1}},"b":{"a":"a"},"c":["a","a",{"a":0}]}',
    '{"a":"\\"a\\":1,","b":"{\\"a\\":1,\\"a\\":2}"}',
    '"{"',
    '["a","a"]',
    '{"a":[],"b":{},"c":[{}]}',
  ])('that is %s has no key twice', (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text))
  })

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"a":', '}]'],
    [' [\n', ' ]'],
  ])('may be nested with %j as deep as it says, and no deeper by one or by 100,000 levels', (open, close) => {
    const levels = open.includes('{') && open.includes('[') ? 2 : 1
    const nested = (depth: number) => open.repeat(depth / levels) + 0 + close.repeat(depth / levels)
    expect(parseStrictJson(nested(JSON_DEPTH_MAX))).toEqual(JSON.parse(nested(JSON_DEPTH_MAX)))
    for (const depth of [JSON_DEPTH_MAX + levels, 5000, 200_000])
      expect(refusal(nested(depth))).toMatchObject({ message: 'nested deeper than 32 levels', path: '' })
  })

  it.each(['', '{', '[1,]', '{"a":1,}', "{'a':1}", 'NaN', '[0x1]', '[1]]', '\uFEFF{}', '{"a":1 "a":2}'])(
    'that is no JSON is refused as JSON.parse refuses it: %j',
    (text) => {
      expect(() => parseStrictJson(text)).toThrow(SyntaxError)
      expect(() => parseStrictJson(text)).not.toThrow(StrictJsonError)
    },
  )
})

// Philox 4x32-10: a counter-based generator. 128 bits of counter and 64 bits of key in, 128 random bits out, so a draw
// needs no state: it is addressed. Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11).
//
// A round multiplies 32 by 32 bits twice and needs all 64 of each product. JavaScript makes these of four smaller products each,
// WebAssembly of one: there a draw takes a third of the time. So the rounds are put together here as a program of it.

const ROUNDS = 10
const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
const WEYL_0 = 0x9e3779b9
const WEYL_1 = 0xbb67ae85

type Rounds = (c0: number, c1: number, c2: number, c3: number, k0: number, k1: number) => void
/** Instructions, by their names in the specification of WebAssembly. */
const Op = {
  end: 0x0b,
  'local.get': 0x20,
  'local.set': 0x21,
  'i32.store': 0x36,
  'i32.const': 0x41,
  'i64.const': 0x42,
  'i32.add': 0x6a,
  'i32.xor': 0x73,
  'i64.mul': 0x7e,
  'i64.shr_u': 0x88,
  'i32.wrap_i64': 0xa7,
  'i64.extend_i32_u': 0xad,
} as const
const [I32, I64, FUNCTION] = [0x7f, 0x7e, 0x60] as const
/** Numbers of the parameters, and of the two products behind them. */
const [C0, C1, C2, C3, K0, K1, PRODUCT_0, PRODUCT_1] = [0, 1, 2, 3, 4, 5, 6, 7] as const

/** The body: all rounds one after the other, then the counter is stored. */
function body(): number[] {
  const code: number[] = [1, 2, I64]
  for (let round = 0; round < ROUNDS; round++)
    code.push(
      ...product(C0, MULTIPLIER_0, PRODUCT_0),
      ...product(C2, MULTIPLIER_1, PRODUCT_1),
      ...mixed(PRODUCT_1, C1, K0, Math.imul(round, WEYL_0), C0),
      ...[Op['local.get'], PRODUCT_1, Op['i32.wrap_i64'], Op['local.set'], C1],
      ...mixed(PRODUCT_0, C3, K1, Math.imul(round, WEYL_1), C2),
      ...[Op['local.get'], PRODUCT_0, Op['i32.wrap_i64'], Op['local.set'], C3],
    )
  for (const word of [C0, C1, C2, C3])
    code.push(Op['i32.const'], 4 * word, Op['local.get'], word, Op['i32.store'], 2, 0)
  return [...code, Op.end]
}

/** `to` = all 64 bits of a word times a constant. */
function product(word: number, multiplier: number, to: number): number[] {
  const constant = [Op['i64.const'], ...signed(BigInt(multiplier))]
  return [Op['local.get'], word, Op['i64.extend_i32_u'], ...constant, Op['i64.mul'], Op['local.set'], to]
}

/** `to` = upper half of a product XOR a word XOR (a word of the key plus what the rounds have added to it). */
function mixed(of: number, word: number, key: number, added: number, to: number): number[] {
  return [
    ...[Op['local.get'], of, Op['i64.const'], 32, Op['i64.shr_u'], Op['i32.wrap_i64']],
    ...[Op['local.get'], word, Op['i32.xor']],
    ...[Op['local.get'], key, Op['i32.const'], ...signed(BigInt(added)), Op['i32.add'], Op['i32.xor']],
    ...[Op['local.set'], to],
  ]
}

/** A whole number as WebAssembly writes it: seven bits a byte, the lowest first (LEB128). */
function signed(value: bigint): number[] {
  const low = Number(value & 0x7fn)
  const rest = value >> 7n
  const isLast = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)
  return isLast ? [low] : [low | 0x80, ...signed(rest)]
}

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

function section(number: number, content: readonly number[]): number[] {
  return [number, ...unsigned(content.length), ...content]
}

/** What is used of it; TypeScript knows it in browsers alone. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** A module with one page of memory, `m`, and one function, `f`. */
function compile(): { f: Rounds; m: { readonly buffer: ArrayBuffer } } {
  const code = body()
  const bytes = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, FUNCTION, 6, I32, I32, I32, I32, I32, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, 1, 0x66, 0, 0, 1, 0x6d, 2, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ])
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as ReturnType<typeof compile>
}

const { f: rounds, m: memory } = compile()
/** Where the program leaves the four words. */
const output = new Uint32Array(memory.buffer, 0, 4)

/** Fills `out` with the four words at counter (c0, c1, c2, c3) under key (k0, k1). All words are 32 bits. */
export function philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out: Uint32Array): void {
  rounds(c0, c1, c2, c3, k0, k1)
  out[0] = output[0] as number
  out[1] = output[1] as number
  out[2] = output[2] as number
  out[3] = output[3] as number
}

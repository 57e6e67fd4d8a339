// What is due and when: a timing wheel, read out in the total order (instant, kind, row).
//
//     bucket b, slot b mod 2^18:  entries due in [b · 16.384 s, (b + 1) · 16.384 s)     one turn = 49.7 days
//     entry: offset in its bucket (14 bits) | kind (5) | row (27), as one number when sorted
//
// Only the bucket at hand is sorted. An entry further off than one turn meets its slot early and is put back. The
// agenda is an index over the rows' own due instants: it holds nothing that could not be rebuilt from them, and an
// entry whose row has meanwhile another due instant is stale, to be skipped by the reader.

const BUCKET_BITS = 14
const BUCKET_MILLISECONDS = 1 << BUCKET_BITS
const SLOTS = 1 << 18
const ROW_BITS = 27
const WORDS = 3
const TWO_32 = 0x1_0000_0000

/** Kinds of action at most. */
export const KINDS_MAX = 1 << (32 - ROW_BITS)
/** Rows of a table at most. */
export const ROWS_MAX = 1 << ROW_BITS

export class Agenda {
  /** What `next` found. */
  instant = 0
  kind = 0
  row = 0

  /** First entry of each slot's list, plus one; 0 for none. */
  readonly #heads = new Uint32Array(SLOTS)
  /** Three words an entry: offset; kind and row; the next entry of its slot plus one. */
  #entries = new Uint32Array(WORDS * 1024)
  #used = 0
  #firstFree = 0

  /** The bucket at hand: its entries, sorted, and how far they have been read. */
  #bucket: number
  #sorted = new Float64Array(256)
  #length = 0
  #read = 0

  /** @param now nothing is ever due before this instant */
  constructor(now: number) {
    this.#bucket = Math.floor(now / BUCKET_MILLISECONDS)
  }

  /** Makes room for so many entries. Room that is never used costs address space, not memory. */
  reserve(entries: number): void {
    if (WORDS * entries <= this.#entries.length) return
    const more = new Uint32Array(WORDS * entries)
    more.set(this.#entries)
    this.#entries = more
  }

  /** @param instant not before the latest that `next` gave out */
  push(instant: number, kind: number, row: number): void {
    const bucket = Math.floor(instant / BUCKET_MILLISECONDS)
    const offset = instant - bucket * BUCKET_MILLISECONDS
    const kindAndRow = ((kind << ROW_BITS) | row) >>> 0
    if (bucket === this.#bucket) this.#insert(offset * TWO_32 + kindAndRow)
    else if (bucket > this.#bucket) this.#link(bucket % SLOTS, offset, kindAndRow)
    else throw new RangeError(`agenda: ${instant} lies before bucket ${this.#bucket}`)
  }

  /** Moves on to the next entry before `until`; false where there is none. */
  next(until: number): boolean {
    const lastBucket = Math.ceil(until / BUCKET_MILLISECONDS) - 1
    while (this.#read === this.#length) {
      if (this.#bucket >= lastBucket) return false
      this.#bucket++
      this.#load()
    }
    const key = this.#sorted[this.#read] as number
    const offset = Math.floor(key / TWO_32)
    const instant = this.#bucket * BUCKET_MILLISECONDS + offset
    if (instant >= until) return false
    const low = key - offset * TWO_32
    this.#read++
    this.instant = instant
    this.kind = low >>> ROW_BITS
    this.row = low & (ROWS_MAX - 1)
    return true
  }

  /** Sorts an entry into the part of the bucket at hand that is still to be read. */
  #insert(key: number): void {
    if (this.#length === this.#sorted.length) this.#sorted = grown(this.#sorted)
    const sorted = this.#sorted
    let place = this.#length++
    for (; place > this.#read && (sorted[place - 1] as number) > key; place--)
      sorted[place] = sorted[place - 1] as number
    sorted[place] = key
  }

  #link(slot: number, offset: number, kindAndRow: number): void {
    let entry = this.#firstFree - 1
    if (entry < 0) {
      entry = this.#used++
      if (WORDS * entry === this.#entries.length) this.reserve(entry + (entry >>> 1))
    } else this.#firstFree = this.#entries[WORDS * entry + 2] as number
    const at = WORDS * entry
    this.#entries[at] = offset
    this.#entries[at + 1] = kindAndRow
    this.#entries[at + 2] = this.#heads[slot] as number
    this.#heads[slot] = entry + 1
  }

  /** Takes the entries of the bucket at hand out of its slot and sorts them. */
  #load(): void {
    const slot = this.#bucket % SLOTS
    let length = 0
    let entry = this.#heads[slot] as number
    this.#heads[slot] = 0
    while (entry !== 0) {
      const at = WORDS * (entry - 1)
      if (length === this.#sorted.length) this.#sorted = grown(this.#sorted)
      this.#sorted[length++] = (this.#entries[at] as number) * TWO_32 + (this.#entries[at + 1] as number)
      const next = this.#entries[at + 2] as number
      this.#entries[at + 2] = this.#firstFree
      this.#firstFree = entry
      entry = next
    }
    this.#length = length
    this.#read = 0
    sort(this.#sorted, length)
  }
}

/** Shell sort with Ciura's gaps: in place, and as fast as a library's for the few to few hundred keys of a bucket. */
function sort(keys: Float64Array, length: number): void {
  for (let step = length > SMALL ? 0 : GAPS.length - 1; step < GAPS.length; step++) {
    const gap = GAPS[step] as number
    for (let i = gap; i < length; i++) {
      const key = keys[i] as number
      let place = i
      for (; place >= gap && (keys[place - gap] as number) > key; place -= gap)
        keys[place] = keys[place - gap] as number
      keys[place] = key
    }
  }
}

const GAPS = [78_773, 33_936, 14_624, 6301, 2724, 1168, 510, 223, 102, 45, 20, 9, 4, 1]
/** So few keys are sorted by plain insertion. */
const SMALL = 16

function grown(keys: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(keys.length + (keys.length >>> 1) + 16)
  more.set(keys)
  return more
}

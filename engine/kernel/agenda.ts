// What is due and when: a timing wheel, read out in the total order (instant, kind, row).
//
//     bucket b, slot b mod 2^18:  entries due in [b · 16.384 s, (b + 1) · 16.384 s)     one turn = 49.7 days
//     entry:  offset in its bucket (14 bits) | kind (5) | row (27), as one number when sorted
//     chunk:  entries in it | next chunk of its slot | three entries of two words     32 bytes
//
// Only the bucket at hand is sorted. An entry further off than one turn meets its slot early and is put back. The
// agenda is an index over the rows' own due instants and can be rebuilt from them. An entry is stale if its row has another
// due instant by now; the reader skips it.

const BUCKET_BITS = 14
const BUCKET_MILLISECONDS = 1 << BUCKET_BITS
const SLOTS = 1 << 18
/** One turn of the wheel: what is read out early is off by a multiple of this. */
export const TURN_MILLISECONDS = BUCKET_MILLISECONDS * SLOTS
const ROW_BITS = 27
const CHUNK_WORDS = 8
const CHUNK_ENTRIES = 3
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

  /** The chunk of each slot that is being filled, plus one; 0 for none. */
  readonly #heads = new Uint32Array(SLOTS)
  #chunks = new Uint32Array(CHUNK_WORDS * 1024)
  #used = 0
  #firstFree = 0

  /** The bucket at hand: its entries, sorted, and how far they have been read. */
  #bucket: number
  #sorted = new Float64Array(256)
  #length = 0
  #read = 0

  readonly #ahead: (kind: number, row: number) => void

  /**
   * @param now nothing is ever due before this instant
   * @param ahead told of each entry shortly before it is read out, in no order
   */
  constructor(now: number, ahead: (kind: number, row: number) => void = () => undefined) {
    this.#bucket = Math.floor(now / BUCKET_MILLISECONDS)
    this.#ahead = ahead
  }

  /** Makes room for so many entries. Room that is never used costs address space, not memory. */
  reserve(entries: number): void {
    const words = CHUNK_WORDS * Math.ceil(entries / CHUNK_ENTRIES)
    if (words <= this.#chunks.length) return
    const more = new Uint32Array(words)
    more.set(this.#chunks)
    this.#chunks = more
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
    let chunk = (this.#heads[slot] as number) - 1
    if (chunk < 0 || this.#chunks[CHUNK_WORDS * chunk] === CHUNK_ENTRIES) chunk = this.#addChunk(slot)
    const start = CHUNK_WORDS * chunk
    const count = this.#chunks[start] as number
    const at = start + 2 + 2 * count
    this.#chunks[at] = offset
    this.#chunks[at + 1] = kindAndRow
    this.#chunks[start] = count + 1
  }

  /** Puts an empty chunk before those of a slot. */
  #addChunk(slot: number): number {
    let chunk = this.#firstFree - 1
    if (chunk < 0) {
      chunk = this.#used++
      if (CHUNK_WORDS * chunk === this.#chunks.length) this.reserve(CHUNK_ENTRIES * (chunk + (chunk >>> 1)))
    } else this.#firstFree = this.#chunks[CHUNK_WORDS * chunk + 1] as number
    this.#chunks[CHUNK_WORDS * chunk] = 0
    this.#chunks[CHUNK_WORDS * chunk + 1] = this.#heads[slot] as number
    this.#heads[slot] = chunk + 1
    return chunk
  }

  /** Takes the entries of the bucket at hand out of its slot and sorts them. */
  #load(): void {
    const slot = this.#bucket % SLOTS
    let length = 0
    let chunk = this.#heads[slot] as number
    this.#heads[slot] = 0
    while (chunk !== 0) {
      const start = CHUNK_WORDS * (chunk - 1)
      const end = start + 2 + 2 * (this.#chunks[start] as number)
      if (length + CHUNK_ENTRIES > this.#sorted.length) this.#sorted = grown(this.#sorted)
      for (let at = start + 2; at < end; at += 2) {
        const kindAndRow = this.#chunks[at + 1] as number
        this.#sorted[length++] = (this.#chunks[at] as number) * TWO_32 + kindAndRow
        this.#ahead(kindAndRow >>> ROW_BITS, kindAndRow & (ROWS_MAX - 1))
      }
      const next = this.#chunks[start + 1] as number
      this.#chunks[start + 1] = this.#firstFree
      this.#firstFree = chunk
      chunk = next
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

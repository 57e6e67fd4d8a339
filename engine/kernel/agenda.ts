// What is due and when: a timing wheel of two levels, read out in the total order (instant, kind, row).
//
//     period p, slot p mod 2^10:  entries due in [p · 70 min, (p + 1) · 70 min)      2^22 ms; one turn = 2^32 ms, 49.7 days
//     chunk:                      entries in it | next chunk of its slot | fifteen entries of two words         128 bytes
//     entry:                      offset in its period | kind (5 bits), row (27 bits)
//
// To push is to add to the chunk of a slot that is being filled. There is one for each hour of the days to come, so these
// chunks are few and stay in the cache. The period at hand is spread over buckets of 33 s, and of these only the one at hand is
// sorted. An entry further off than one turn meets its slot early and is put back. The agenda is an index over the rows'
// own due instants and can be rebuilt from them. An entry is stale if its row has another due instant by now; the reader
// skips it.

const PERIOD_BITS = 22
const PERIOD_MILLISECONDS = 1 << PERIOD_BITS
const SLOTS = 1 << 10
const BUCKET_BITS = 15
const BUCKET_MILLISECONDS = 1 << BUCKET_BITS
const BUCKETS_A_PERIOD = 1 << (PERIOD_BITS - BUCKET_BITS)
/** One turn of the wheel: what is read out early is off by a multiple of this. */
export const TURN_MILLISECONDS = PERIOD_MILLISECONDS * SLOTS
const ROW_BITS = 27
const CHUNK_WORDS = 32
const CHUNK_ENTRIES = 15
const TWO_32 = 0x1_0000_0000
/** Of an entry in a bucket: its two words, and the entry after it plus one. */
const LINK_WORDS = 4

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
  #chunks = new Uint32Array(CHUNK_WORDS * 256)
  #used = 0
  #firstFree = 0

  /** The period at hand: the latest entry of each of its buckets, plus one; 0 for none. */
  #period: number
  readonly #buckets = new Uint32Array(BUCKETS_A_PERIOD)
  #links = new Uint32Array(LINK_WORDS * 256)
  #linksUsed = 0
  #firstFreeLink = 0

  /** The bucket at hand, counted from 1970: its entries, sorted, and how far they have been read. */
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
    this.#period = Math.floor(now / PERIOD_MILLISECONDS)
    this.#bucket = Math.floor(now / BUCKET_MILLISECONDS)
    this.#ahead = ahead
  }

  /** Makes room for so many entries. Room that is never used costs address space, not memory. */
  reserve(entries: number): void {
    // Of each slot one chunk may be nearly empty.
    const words = CHUNK_WORDS * (Math.ceil(entries / CHUNK_ENTRIES) + SLOTS)
    if (words > this.#chunks.length) this.#chunks = longer(this.#chunks, words)
  }

  /** @param instant not before the latest that `next` gave out */
  push(instant: number, kind: number, row: number): void {
    const period = Math.floor(instant / PERIOD_MILLISECONDS)
    const offset = instant - period * PERIOD_MILLISECONDS
    const kindAndRow = ((kind << ROW_BITS) | row) >>> 0
    if (period === this.#period) this.#pushNow(offset, kindAndRow)
    else if (period > this.#period) this.#pushLater(period % SLOTS, offset, kindAndRow)
    else throw new RangeError(`agenda: ${instant} lies before bucket ${this.#bucket}`)
  }

  /** Moves on to the next entry before `until`; false where there is none. */
  next(until: number): boolean {
    const lastBucket = Math.ceil(until / BUCKET_MILLISECONDS) - 1
    while (this.#read === this.#length) {
      if (this.#bucket >= lastBucket) return false
      this.#bucket++
      if (this.#bucket % BUCKETS_A_PERIOD === 0) this.#spread()
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

  /** Into the period at hand. */
  #pushNow(offset: number, kindAndRow: number): void {
    const bucket = offset >>> BUCKET_BITS
    const atHand = this.#bucket % BUCKETS_A_PERIOD
    if (bucket > atHand) this.#link(offset, kindAndRow)
    else if (bucket === atHand) this.#insert((offset & (BUCKET_MILLISECONDS - 1)) * TWO_32 + kindAndRow)
    else throw new RangeError(`agenda: an entry lies before bucket ${this.#bucket}`)
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

  #pushLater(slot: number, offset: number, kindAndRow: number): void {
    let chunk = (this.#heads[slot] as number) - 1
    if (chunk < 0 || this.#chunks[CHUNK_WORDS * chunk] === CHUNK_ENTRIES) chunk = this.#addChunk(slot)
    const chunks = this.#chunks
    const start = CHUNK_WORDS * chunk
    const count = chunks[start] as number
    const at = start + 2 + 2 * count
    chunks[at] = offset
    chunks[at + 1] = kindAndRow
    chunks[start] = count + 1
  }

  /** Puts an empty chunk before those of a slot. */
  #addChunk(slot: number): number {
    let chunk = this.#firstFree - 1
    if (chunk < 0) {
      chunk = this.#used++
      if (CHUNK_WORDS * chunk === this.#chunks.length)
        this.#chunks = longer(this.#chunks, CHUNK_WORDS * (chunk + (chunk >>> 1)))
    } else this.#firstFree = this.#chunks[CHUNK_WORDS * chunk + 1] as number
    this.#chunks[CHUNK_WORDS * chunk] = 0
    this.#chunks[CHUNK_WORDS * chunk + 1] = this.#heads[slot] as number
    this.#heads[slot] = chunk + 1
    return chunk
  }

  /** Takes the entries of the next period out of its slot and spreads them over its buckets. */
  #spread(): void {
    this.#period++
    const slot = this.#period % SLOTS
    const chunks = this.#chunks
    let chunk = this.#heads[slot] as number
    this.#heads[slot] = 0
    while (chunk !== 0) {
      const start = CHUNK_WORDS * (chunk - 1)
      const end = start + 2 + 2 * (chunks[start] as number)
      for (let at = start + 2; at < end; at += 2) this.#link(chunks[at] as number, chunks[at + 1] as number)
      const next = chunks[start + 1] as number
      chunks[start + 1] = this.#firstFree
      this.#firstFree = chunk
      chunk = next
    }
  }

  /** Puts an entry before those of its bucket, in the period at hand. */
  #link(offset: number, kindAndRow: number): void {
    let link = this.#firstFreeLink - 1
    if (link < 0) {
      link = this.#linksUsed++
      if (LINK_WORDS * link === this.#links.length) this.#links = longer(this.#links, 2 * this.#links.length)
    } else this.#firstFreeLink = this.#links[LINK_WORDS * link + 2] as number
    const links = this.#links
    const bucket = offset >>> BUCKET_BITS
    links[LINK_WORDS * link] = offset & (BUCKET_MILLISECONDS - 1)
    links[LINK_WORDS * link + 1] = kindAndRow
    links[LINK_WORDS * link + 2] = this.#buckets[bucket] as number
    this.#buckets[bucket] = link + 1
  }

  /** Takes the entries of the bucket at hand and sorts them. */
  #load(): void {
    const bucket = this.#bucket % BUCKETS_A_PERIOD
    const links = this.#links
    let length = 0
    let link = this.#buckets[bucket] as number
    this.#buckets[bucket] = 0
    while (link !== 0) {
      const at = LINK_WORDS * (link - 1)
      const kindAndRow = links[at + 1] as number
      if (length === this.#sorted.length) this.#sorted = grown(this.#sorted)
      this.#sorted[length++] = (links[at] as number) * TWO_32 + kindAndRow
      this.#ahead(kindAndRow >>> ROW_BITS, kindAndRow & (ROWS_MAX - 1))
      const next = links[at + 2] as number
      links[at + 2] = this.#firstFreeLink
      this.#firstFreeLink = link
      link = next
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

function longer(words: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(length)
  more.set(words)
  return more
}

// Whose number is whose. Students and tutors live on seats: a region has so many seats for students, a market so many for
// tutors, and whoever leaves is followed on the seat by somebody else. A number tells the seat and the how manieth
// person there it is. So it is that person's own: it does not depend on who else there is, nor on how large the world is, and
// what is to be known of somebody who has left need not be kept.
//
//     seats of the world, in rounds:    | 0 1 2 … of round 0 | of round 1 …    each group has its places in a round
//     octaves of seats:                 | 0 … first | first … 2·first | 2·first … 4·first | …
//     numbers of an octave:             | 1st person of each seat | 2nd of each | …
//
// So the first people of a small world have numbers without a gap.

import { REGIONS, SUBJECTS } from '../events/index.ts'

/** Somebody's place: group and seat in it, and the how manieth person there they are, from 0. */
export interface Place {
  group: number
  seat: number
  generation: number
}

interface NumberingOptions {
  /** Places that each group has in a round: its share of the seats. */
  shares: readonly number[]
  /** Seats of the first octave. */
  first: number
  /** People that a seat may see. */
  generations: number
}

export class Numbering {
  /** The latest that `locate` has found. */
  readonly found: Place = { group: 0, seat: 0, generation: 0 }
  readonly generations: number
  readonly #first: number
  readonly #round: number
  readonly #shares: readonly number[]
  readonly #groupOf: Uint8Array
  readonly #placesOf: readonly Uint16Array[]
  readonly #seatInRound: Uint16Array

  constructor({ shares, first, generations }: NumberingOptions) {
    this.generations = generations
    this.#first = first
    this.#shares = shares
    this.#round = shares.reduce((sum, share) => sum + share, 0)
    this.#groupOf = pattern(shares, this.#round)
    const places = [...this.#groupOf.keys()]
    this.#placesOf = shares.map((_, group) => Uint16Array.from(places.filter((at) => this.#groupOf[at] === group)))
    this.#seatInRound = Uint16Array.from(this.#groupOf, (group, at) =>
      (this.#placesOf[group] as Uint16Array).indexOf(at),
    )
  }

  /** Number, from 0, of somebody. @param generation below `generations` */
  numberOf(group: number, seat: number, generation: number): number {
    const seatOfWorld = this.seatOfWorld(group, seat)
    let start = 0
    let seats = this.#first
    while (seatOfWorld >= start + seats) {
      start += seats
      seats = start
    }
    return this.generations * start + generation * seats + (seatOfWorld - start)
  }

  /** A group's seat among those of the world. */
  seatOfWorld(group: number, seat: number): number {
    const places = this.#placesOf[group] as Uint16Array
    const round = Math.floor(seat / places.length)
    return round * this.#round + (places[seat - round * places.length] as number)
  }

  /** Whose a number is; valid until the next call. */
  locate(number: number): Place {
    let start = 0
    let seats = this.#first
    while (number >= this.generations * (start + seats)) {
      start += seats
      seats = start
    }
    const rest = number - this.generations * start
    const generation = Math.floor(rest / seats)
    const seatOfWorld = start + rest - generation * seats
    const round = Math.floor(seatOfWorld / this.#round)
    const at = seatOfWorld - round * this.#round
    const group = this.#groupOf[at] as number
    const { found } = this
    found.group = group
    found.seat = round * (this.#shares[group] as number) + (this.#seatInRound[at] as number)
    found.generation = generation
    return found
  }

  /** How many of the world's first `count` seats belong to a group. */
  seatsAmong(count: number, group: number): number {
    const rounds = Math.floor(count / this.#round)
    let seats = rounds * (this.#shares[group] as number)
    for (let at = 0; at < count - rounds * this.#round; at++) if (this.#groupOf[at] === group) seats++
    return seats
  }
}

/** The group of each place in a round: each goes to the group that is furthest behind its share. */
function pattern(shares: readonly number[], round: number): Uint8Array {
  const given = shares.map(() => 0)
  return Uint8Array.from({ length: round }, (_, place) => {
    let behindMost = 0
    let most = Number.NEGATIVE_INFINITY
    for (const [group, share] of shares.entries()) {
      const behind = (share * (place + 1)) / round - (given[group] as number)
      if (behind <= most) continue
      most = behind
      behindMost = group
    }
    given[behindMost] = (given[behindMost] as number) + 1
    return behindMost
  })
}

/** Relative sizes of the regions, in 125ths: 20, 25.6, 20.8, 20.8, 12.8 %; 2020 census, calibration row 36. */
export const REGION_SIZES = [25, 32, 26, 26, 16] as const

/** Groups are regions. 409 people a seat last for centuries, and all numbers fit 32 bits. */
export const studentNumbers = new Numbering({ shares: REGION_SIZES, first: 20_480, generations: 409 })

/** Of the tutors of a region, in 40ths: what they teach first; about what calibration's TAUGHT_SUBJECT comes to. */
const TUTOR_SHARES = [19, 1, 2, 2, 9, 2, 1, 2, 2] as const

/** Groups are markets. */
export const tutorNumbers = new Numbering({
  shares: REGIONS.flatMap((_, region) =>
    SUBJECTS.map((_, subject) =>
      Math.max(1, Math.round(((REGION_SIZES[region] as number) * (TUTOR_SHARES[subject] as number)) / 25)),
    ),
  ),
  first: 8192,
  generations: 512,
})

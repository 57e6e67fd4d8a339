// What was found wrong, and whether it may be said. Some findings hold only if the stream begins at the birth of its
// world: in a stream from the middle of a life, a session of the week before explains them as well. Unless told, the
// checker finds out from the first 30 days:
//
//   Each agent is judged once, by the first of its lines that can tell. A student whose first health update comes with
//   a completed session seen, with counts no larger than what was seen, may have been born here; one who counts
//   sessions that nobody saw was not. Likewise a tutor who teaches after an availability update, or before any; and
//   whoever ends a session or names a cause from before the first line.
//
//   From birth on nobody is older than the stream but by a fault. In mid-life most are; even in a world one day old
//   more than one student in ten has a session behind them. So the stream begins in mid-life where more than a tenth
//   of the students or of the tutors, and at least three, are older than it, or more agents are than are not: one or
//   two damaged lines never hide themselves. Where nobody was judged, nothing can be said: mid-life.
//
// A stream that begins with what stood before it, of students or tutors, begins in mid-life.
//
// Until then such findings are held back: the first thousand as they are, the others as a count.

export type Rule = 'format' | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10

export interface Violation {
  /** From 1. */
  line: number
  rule: Rule
  /** What is wrong of the line; missing where it cannot be read. */
  field?: string
  /** `field: says …, recomputed … (agent)` */
  message: string
  /** What it is about: an agent, a session or an event, and the values that are said and should be; what cannot be read. */
  about: readonly string[]
}

type Value = string | number | boolean | null

export interface Finding extends Told {
  rule: Rule
}

/** A finding but for its rule. */
export interface Told {
  line: number
  field: string
  says: Value
  /** The value that it should have … */
  recomputed?: Value
  /** … or, where several would do, what they have in common. */
  expected?: string
  /** Whose: an agent, a session or an event. */
  of: string
}

/** A student or a tutor, as far as its age is concerned. */
export interface Aged {
  kind: 'student' | 'tutor'
  judged: boolean
}

/** How many may have been born in the stream, and how many are older than it. */
interface Ages {
  born: number
  older: number
}

const HELD_MAX = 1000
const SHOWN_CHARACTERS_MAX = 300

export class Verdicts {
  /** Undefined until decided. */
  sinceBirth: boolean | undefined
  violations = 0
  readonly byRule: Partial<Record<Rule, number>> = {}
  /** Findings that only a stream from birth on would have to answer for. */
  unjudged = 0
  readonly #report: (violation: Violation) => void
  #held: Finding[] = []
  #heldByRule = new Map<Rule, number>()
  readonly #students: Ages = { born: 0, older: 0 }
  readonly #tutors: Ages = { born: 0, older: 0 }

  constructor(report: (violation: Violation) => void, sinceBirth: boolean | undefined) {
    this.#report = report
    this.sinceBirth = sinceBirth
  }

  /** A line that is no event. */
  unreadable(line: number, reason: string): void {
    this.#count('format', 1)
    this.#report({ line, rule: 'format', message: shown(reason), about: [reason] })
  }

  /** Wrong wherever the stream begins. */
  found(finding: Finding): void {
    this.#count(finding.rule, 1)
    this.#report(violation(finding))
  }

  /** Wrong if the stream begins at birth; `agent` is whom it tells of. Asked what only where somebody may hear it. */
  foundIfBorn(agent: Aged, rule: Rule, tell: () => Told): void {
    this.judge(agent, false)
    if (this.sinceBirth === false) {
      this.unjudged++
      return
    }
    if (this.sinceBirth) {
      this.found({ rule, ...tell() })
      return
    }
    this.unjudged++
    this.#heldByRule.set(rule, (this.#heldByRule.get(rule) ?? 0) + 1)
    if (this.#held.length < HELD_MAX) this.#held.push({ rule, ...tell() })
  }

  /** Someone is told of who was there before the stream; wrong if it was said to begin at birth. */
  beganInMidLife(finding?: () => Finding): void {
    if (this.sinceBirth === undefined) this.#held = []
    this.sinceBirth ??= false
    if (this.sinceBirth && finding) this.found(finding())
  }

  foundOr(certain: boolean, agent: Aged, rule: Rule, tell: () => Told): void {
    if (certain) this.found({ rule, ...tell() })
    else this.foundIfBorn(agent, rule, tell)
  }

  /** Counts an agent, the first time, as one that may have been born in this stream or as an older one. */
  judge(agent: Aged, born: boolean): void {
    if (agent.judged) return
    agent.judged = true
    const ages = agent.kind === 'student' ? this.#students : this.#tutors
    if (born) ages.born++
    else ages.older++
  }

  /** After 30 days, or at the end. */
  decide(): void {
    if (this.sinceBirth !== undefined) return
    const [students, tutors] = [this.#students, this.#tutors]
    const born = students.born + tutors.born
    const older = students.older + tutors.older
    this.sinceBirth = born + older > 0 && older <= born && !areOlder(students) && !areOlder(tutors)
    if (this.sinceBirth) this.#release()
    this.#held = []
  }

  #release(): void {
    this.unjudged = 0
    for (const [rule, count] of this.#heldByRule) this.#count(rule, count)
    for (const finding of this.#held) this.#report(violation(finding))
  }

  #count(rule: Rule, count: number): void {
    this.violations += count
    this.byRule[rule] = (this.byRule[rule] ?? 0) + count
  }
}

function areOlder({ born, older }: Ages): boolean {
  return older >= 3 && older * 10 > born + older
}

function violation({ line, rule, field, says, recomputed, expected, of }: Finding): Violation {
  const truth = expected === undefined ? `recomputed ${recomputed}` : `expected ${expected}`
  return {
    ...{ line, rule, field },
    message: shown(`${field}: says ${says}, ${truth} (${of})`),
    about: [of, String(says), expected ?? String(recomputed)],
  }
}

/** Cut to a length for people, without what would break a line or a terminal. */
function shown(text: string): string {
  const plain = text.replace(/\p{C}/gu, '?')
  return plain.length > SHOWN_CHARACTERS_MAX ? `${plain.slice(0, SHOWN_CHARACTERS_MAX)}…` : plain
}

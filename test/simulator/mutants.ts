// The engine with one rule left out, once for each rule: what the simulator has to notice.

export interface Mutant {
  name: string
  edits: readonly Edit[]
  /** Seen in the outage, not in schedules. */
  inOutage?: true
}

export interface Edit {
  /** Its path within engine/. */
  file: string
  /** Stands there exactly once. */
  from: string
  to: string
}

const mutant = (name: string, file: string, from: string, to: string): Mutant => ({ name, edits: [{ file, from, to }] })

const TELL = 'for (const [place, shards] of stepped.entries()) this.#options.onCommitted?.(head.tick + place, shards)'
const SWAP = 'if (!(await this.#swap(head.attempt, next, records, this.#ahead === undefined))) return 0'

const ofTheRunner: readonly Mutant[] = [
  mutant(
    'conflict-keeps-what-was-stepped',
    'log/runner.ts',
    'await this.open(expected === null ? next.settings : undefined)',
    'await this.open(expected === null ? next.settings : undefined)\n      this.#warm = this.head.attempt',
  ),
  {
    name: 'warm-state-serves-though-HEAD-is-anothers',
    edits: [
      {
        file: 'log/runner.ts',
        from: 'if (this.#warm === head.attempt) return',
        to: 'if (this.#warm !== undefined) return',
      },
      {
        file: 'log/runner.ts',
        from: 'if (head?.attempt !== this.#head?.attempt || !head) this.#warm = undefined',
        to: 'if (!head) this.#warm = undefined',
      },
    ],
  },
  {
    name: 'delivered-before-committed',
    edits: [
      { file: 'log/runner.ts', from: TELL, to: '' },
      { file: 'log/runner.ts', from: SWAP, to: `${TELL}\n    ${SWAP}` },
    ],
  },
  mutant(
    'ticks-stepped-ahead-count-though-HEAD-is-anothers',
    'log/runner.ts',
    'ahead?.follows === this.head.attempt && ahead.ticks === ticks',
    'ahead !== undefined && ahead.ticks === ticks',
  ),
  mutant(
    'what-is-stepped-ahead-passes-for-the-state-of-HEAD',
    'log/runner.ts',
    'next, records, this.#ahead === undefined)',
    'next, records)',
  ),
  mutant('a-checkpoint-of-what-is-stepped-ahead', 'log/runner.ts', 'if (ahead > 0 && !isDue)', 'if (ahead > 0)'),
  mutant(
    'unknown-outcome-taken-for-success',
    'log/runner.ts',
    'swapped = now?.attempt === next.attempt',
    'swapped = now !== undefined',
  ),
  mutant(
    'unknown-outcome-taken-for-failure-and-kept-warm',
    'log/runner.ts',
    `      const now = await this.#log.readHead()
      swapped = now?.attempt === next.attempt`,
    `      this.#warm = expected ?? undefined
      const now: Head | undefined = undefined as Head | undefined
      swapped = false`,
  ),
  mutant(
    'HEAD-swapped-blindly',
    'log/runner.ts',
    'swapped = await this.#log.commit(expected, next, records)',
    'swapped = await this.#log.commit((await this.#log.readHead())?.attempt ?? null, next, records)',
  ),
  mutant(
    'collection-ignores-the-cursors',
    'log/runner.ts',
    'Math.min(base.tick, ...owed)',
    'base.tick + 0 * owed.length',
  ),
  mutant('collection-ignores-the-checkpoints', 'log/runner.ts', 'Math.min(base.tick, ...owed)', 'Math.min(...owed)'),
  mutant(
    'collection-ignores-what-forks-refer-to',
    'log/holds.ts',
    'Math.min(tick, ...held.map((hold) => hold.tick))',
    'tick + 0 * held.length',
  ),
  mutant(
    'what-is-to-be-collected-is-not-announced',
    'log/holds.ts',
    'await log.hold({ world, attempt, tick, since: now })',
    '',
  ),
  mutant(
    'a-fork-of-what-is-being-collected',
    'log/fork.ts',
    'if ((await floorOf(store.world(of))) > hold.tick) {',
    'if (hold.tick === Number.NEGATIVE_INFINITY) {',
  ),
  mutant(
    'a-fork-looks-before-it-holds',
    'log/fork.ts',
    `  for (const { of, hold } of holds) await store.world(of).hold(hold)
  for (const { of, hold } of holds)
    if ((await floorOf(store.world(of))) > hold.tick) {
      await release(store, holds)
      return undefined
    }`,
    `  for (const { of, hold } of holds) if ((await floorOf(store.world(of))) > hold.tick) return undefined
  for (const { of, hold } of holds) await store.world(of).hold(hold)`,
  ),
  mutant(
    'an-input-lost-on-conflict',
    'log/runner.ts',
    'if (await this.#swap(head.attempt, next, [], this.#warm === head.attempt)) return',
    'await this.#swap(head.attempt, next, [], this.#warm === head.attempt)\n      return',
  ),
  mutant('an-input-taken-again-where-its-swap-seemed-to-fail', 'log/runner.ts', 'if (known) return known', ''),
  mutant(
    'inputs-take-effect-with-every-commit',
    'log/runner.ts',
    'hash, modelVersion, inputs: [] }',
    'hash, modelVersion }',
  ),
  mutant('positions-are-used-again', 'log/runner.ts', 'inputs, positions: position }', 'inputs }'),
  mutant(
    'taking-an-input-warms-a-cold-state',
    'log/runner.ts',
    'if (await this.#swap(head.attempt, next, [], this.#warm === head.attempt)) return',
    'if (await this.#swap(head.attempt, next, [])) return',
  ),
  mutant(
    'checkpoints-published-unread',
    'log/saving.ts',
    'const isSame = hashOf(state) === digest',
    "const isSame = digest !== ''",
  ),
  mutant(
    'migrated-without-a-checkpoint',
    'log/runner.ts',
    'if (manifest.modelVersion < this.#simulation.modelVersion) await this.#save(head.tick, head.hash)',
    '',
  ),
]

const ofRecovery: readonly Mutant[] = [
  mutant(
    'recovery-from-the-checkpoint-alone',
    'log/recovery.ts',
    '() => simulation.apply(shards.map(({ changes }) => changes))',
    'async () => void shards',
  ),
  mutant(
    'the-first-of-several-records-counts',
    'log/history.ts',
    "candidates.find((candidate) => 'hash' in candidate && candidate.hash === wanted)",
    "candidates.find((candidate) => 'hash' in candidate && candidate.hash.length === wanted.length)",
  ),
  {
    // Read tick by tick, as a tick of a large world is, so that there is more to be late for.
    name: 'what-was-collected-still-counts',
    edits: [
      { file: 'delivery/outbox.ts', from: 'if (owed > reader.next)', to: 'if (owed === Number.POSITIVE_INFINITY)' },
      { file: 'delivery/outbox.ts', from: 'const READ_BYTES = 256 << 10', to: 'const READ_BYTES = 1' },
    ],
  },
  mutant(
    'ticks-of-others-are-passed-over',
    'delivery/outbox.ts',
    'else if (reader.next < this.#tick) yield*',
    'else if (reader.next < this.#tick && this.#latest.length > 0) this.#advance(reader, reader.next + 1)\n        else if (reader.next < this.#tick) yield*',
  ),
]

const ofTheCourier: readonly Mutant[] = [
  mutant(
    'the-cursor-runs-back',
    'delivery/courier.ts',
    'this.#cursor ? advanced(this.#cursor, position) : position',
    '{ ...position, version: (this.#cursor?.version ?? 0) + 1 }',
  ),
  mutant(
    'the-cursor-ahead-of-acknowledgements',
    'delivery/lane.ts',
    'batch.before + (this.#lines[this.#done] as number)',
    'batch.before + (this.#lines[this.#done] as number) + 1',
  ),
  mutant(
    'two-in-flight-a-stream',
    'delivery/courier.ts',
    'if (!lane.working) void this.#work(lane)',
    'void this.#work(lane)',
  ),
  mutant(
    'a-retry-lets-the-next-one-pass',
    'delivery/lane.ts',
    '  failures = 0\n  /** Somebody',
    `  #failed = 0
  get failures() { return this.#failed }
  set failures(failed) {
    this.#failed = failed
    if (failed === 0) return
    for (const waiting of [this.#lines, this.#ends, this.#batches]) waiting.push(waiting.splice(this.#done, 1)[0])
  }
  /** Somebody`,
  ),
  mutant(
    'no-answer-taken-for-an-acknowledgement',
    'delivery/courier.ts',
    'return this.#retry(lane, parcels.length, outcome)',
    "return lane.failures > 0 ? this.#outcome(lane, parcels, { verdict: 'acknowledged' }) : this.#retry(lane, parcels.length, outcome)",
  ),
  mutant('a-repeat-taken-for-a-refusal', 'delivery/courier.ts', 'if (isInDoubt) lane.doubt(items)', ''),
  mutant(
    'doubts-end-with-the-process',
    'delivery/courier.ts',
    "if (!this.#isOver || this.#isShared) return 'all'",
    'if (!this.#isOver) return undefined',
  ),
  mutant(
    'goes-on-from-the-furthest-stream',
    'delivery/cursor.ts',
    'isBefore(place, first) ? place : first',
    'isBefore(first, place) ? place : first',
  ),
  mutant(
    'a-refused-event-let-go-before-it-is-kept',
    'delivery/courier.ts',
    'await this.#options.log?.park(event)',
    'void this.#options.log?.park(event).catch(() => undefined)',
  ),
  mutant(
    'a-batch-larger-than-it-may-be',
    'delivery/lane.ts',
    'this.#done + this.#items, ',
    'this.#done + 2 * this.#items, ',
  ),
  mutant(
    'a-batch-acknowledged-drops-one-more',
    'delivery/courier.ts',
    'lane.drop(parcels.length)',
    'lane.drop(parcels.length > 1 ? parcels.length + 1 : 1)',
  ),
  mutant('a-batch-acknowledged-drops-its-first', 'delivery/courier.ts', 'lane.drop(parcels.length)', 'lane.drop(1)'),
  mutant(
    'a-refused-batch-parks-its-first',
    'delivery/courier.ts',
    'if (parcels.length === 1) return this.#each(lane, parcels, [outcome])',
    'return this.#each(lane, [parcels[0]], [outcome])',
  ),
  mutant(
    'a-refused-batch-is-parked',
    'delivery/courier.ts',
    'if (parcels.length === 1) return this.#each(lane, parcels, [outcome])',
    'return this.#each(lane, parcels, parcels.map(() => outcome))',
  ),
  mutant(
    'a-refused-batch-is-tried-again-as-it-is',
    'delivery/lane.ts',
    'this.#items = items >> 1',
    'this.#items = items',
  ),
  mutant('what-is-put-off-is-dropped', 'delivery/lane.ts', 'if (settled[from - this.#done]) continue', 'continue'),
  mutant(
    'what-is-put-off-changes-its-order',
    'delivery/lane.ts',
    'this.#lines[to] = this.#lines[from] as number',
    'this.#lines[to] = this.#lines[this.#done + settled.indexOf(false)] as number',
  ),
  mutant('what-overtook-is-in-no-doubt', 'delivery/courier.ts', 'if (taken >= 0) lane.doubt(taken + 1)', ''),
  mutant(
    'all-fare-as-the-first',
    'delivery/courier.ts',
    'const outcome = outcomes[place] as EventOutcome',
    'const outcome = outcomes[0] as EventOutcome',
  ),
  mutant(
    'a-batch-in-doubt-doubts-its-first',
    'delivery/courier.ts',
    'if (isInDoubt) lane.doubt(items)',
    'if (isInDoubt) lane.doubt(1)',
  ),
  mutant('ends-with-requests-in-flight', 'delivery/courier.ts', 'while (this.#inFlight > 0) await this.#stirred()', ''),
  mutant(
    'lines-are-views-of-the-renderers-memory',
    'delivery/courier.ts',
    'eventByEvent ? copyOf(lines) : isAhead',
    'isAhead',
  ),
  {
    ...mutant('back-at-full-width-at-once', 'delivery/turns.ts', 'this.#max++', 'this.#max = this.#lanes'),
    inOutage: true,
  },
  { ...mutant('every-lane-is-a-canary', 'delivery/turns.ts', 'if (this.isDown) this.#max = 1\n', ''), inOutage: true },
  {
    ...mutant(
      'a-canary-ignores-the-rate',
      'delivery/courier.ts',
      'if (maxRate !== undefined) await',
      'if (maxRate !== undefined && !this.isDown) await',
    ),
    inOutage: true,
  },
]

export const MUTANTS: readonly Mutant[] = [...ofTheRunner, ...ofRecovery, ...ofTheCourier]

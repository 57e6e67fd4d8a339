// Delivers committed ticks to one target: at least once, in order within a stream, and no stream waits for another.
//
//     outbox ──► render ──► due? ──► lanes, one a stream: ▤▤▤ one try in flight ──► sink ──► acknowledged: off the lane
//                                                                                    cursor: what is at the lanes' heads
//
// At a pace only what has come is put into the lanes, so nothing behind them has to know of time: an event that waits for
// its own is not waiting for the target, and whatever goes in one piece to a file is due as a whole.
//
// A lane's position is the first event that waits in it, so the cursor is never ahead of what was acknowledged. It is
// written now and then and at the end; what was delivered since is delivered again after a crash, under the same key.

import { idAt } from '../log/identity.ts'
import { type Cursor, neededFrom, WorldError } from '../log/ticklog.ts'
import type { Timer } from '../log/timer.ts'
import { Carriage } from './carriage.ts'
import { advanced, cursorOf, doubtBefore, firstOf, isBefore, type Place, placeOf, saysTheSame } from './cursor.ts'
import { eventIdIn, type Parcel, type Parcels } from './envelope.ts'
import { type Batch, Lane } from './lane.ts'
import { Copies, copyOf, type Lines } from './lines.ts'
import { type CourierOptions, DeliveryError, type DeliveryErrorCode, type Progress } from './options.ts'
import type { Outbox, OutgoingTick } from './outbox.ts'
import { EXCUSED_MILLISECONDS_MAX, Patience } from './patience.ts'
import { Refusals } from './refusals.ts'
import type { Acknowledgement, EventOutcome, Outcome, Sink } from './sink.ts'
import type { Timeline } from './timeline.ts'
import { Turns } from './turns.ts'
import { keepingBack } from './wire.ts'

const DOUBLINGS_MAX = 20

export class Courier {
  readonly #refusals = new Refusals()
  /** The event that waits for its time, with the index of its type; undefined where none does. */
  awaited: { instant: number; type: number } | undefined
  #lateMilliseconds = 0
  readonly progress: Progress = {
    ...{ delivered: 0, omitted: 0, retried: 0, parked: 0, refusals: this.#refusals.kinds },
    ...{ queued: 0, opening: 0 },
  }
  readonly #options: CourierOptions
  #sink: Sink
  readonly #timer: Timer
  readonly #lanes: Lane[]
  readonly #queueLimit: number
  readonly #copies = new Copies()
  /** What is taken next: everything before it is in the lanes or behind them. */
  #nextTick = 0
  #nextEvent = 0
  /** What the target is to be told first. */
  #standing: readonly Uint8Array[] | undefined
  #cursor: Cursor | undefined
  /** Where the wire is not clean; and one that looks ahead. */
  #carriage: Carriage | undefined
  #foresight: Carriage | undefined
  #mark: string | undefined
  /** Nothing is in flight any more, and nothing sets out again. */
  #isOver = false
  /** Somebody else delivers to this target too. */
  #isShared = false
  #stopped = false
  #failure: Error | undefined
  #inFlight = 0
  readonly #turns: Turns
  readonly #patience: Patience
  /** When the next event may go, by the rate. */
  #nextSlot = 0
  #cursorWrite: Promise<void> | undefined
  #cursorWritten = Number.NEGATIVE_INFINITY
  /** Something, since the cursor was written last. */
  #hasSettled = false
  #outbox: Outbox | undefined
  #timeline: Timeline | undefined
  /** Wakes whoever waits for room, an end or a stop. */
  #wake: PromiseWithResolvers<void> | undefined

  constructor(options: CourierOptions) {
    this.#options = options
    this.#sink = options.sink
    this.#timer = options.timer
    this.#queueLimit = options.queueLimit ?? 20_000
    this.#turns = new Turns(options.sink.streams)
    this.#patience = new Patience(options.timer, options.giveUpMilliseconds ?? Number.POSITIVE_INFINITY)
    // A batch of more than a second's worth would go in one second.
    const batchMax = Math.max(
      1,
      Math.min(options.sink.batchMax ?? 1, Math.floor(options.maxRate ?? Number.POSITIVE_INFINITY)),
    )
    this.#lanes = Array.from(
      { length: options.sink.streams },
      (_, stream) => new Lane(stream, options.sink.eventByEvent, batchMax),
    )
  }

  /** The next tick to be taken. */
  get nextTick(): number {
    return this.#nextTick
  }

  /** What holds events that are late on the wire; undefined where it is clean. */
  get carriage(): Carriage | undefined {
    return this.#carriage
  }

  /** The target has not heard all of what stood when its delivery began. */
  get isOpening(): boolean {
    return this.#position().opening ?? false
  }

  /** Events wait, and none gets through. */
  get isDown(): boolean {
    return this.#turns.isDown
  }

  /**
   * Goes on where the cursor is.
   * @param tick the world's next: what a new target begins with, and what no earlier run can have delivered
   * @returns in one line what the sink did that a person should know
   */
  async open(tick: number): Promise<string | undefined> {
    const { log, opening = false, standing } = this.#options
    this.#cursor = await log?.readCursor(this.#sink.target)
    this.#nextTick = this.#cursor?.tick ?? tick
    if (this.#cursor ? this.#cursor.opening : opening) this.#standing = await standing?.(this.#nextTick)
    this.#nextEvent = firstOf(this.#nextTick, this.#standing !== undefined)[1]
    this.#mark = this.#cursor?.mark
    this.#takeWire()
    // Counted by another number of streams, the places say nothing: from the last tick that all have.
    const { length } = this.#lanes
    for (const lane of this.#lanes) {
      if (this.#cursor?.streams === length) lane.start = placeOf(this.#cursor, lane.stream)
      lane.doubtBefore = doubtBefore(this.#cursor, lane.stream, length, tick)
    }
    const note = await this.#sink.resume?.(this.#mark, this.#options.identity?.id)
    // Noted at once: from now on this target is owed every tick, and somebody delivers to it. Who was faster began earlier.
    if (log && !this.#cursor) {
      const first = this.#withWire(this.#position())
      if (!(await log.swapCursor(this.#sink.target, first))) return this.open(tick)
      this.#cursor = first
    } else await this.#writeCursor(true)
    return note
  }

  #takeWire(): void {
    const { log, sink, wire } = this.#options
    // Where somebody can send it later, what is dropped is kept back; elsewhere it is left out.
    const keepsBack = log !== undefined && sink.eventByEvent
    this.#carriage = wire && Carriage.from(wire, this.#cursor, this.#nextTick, keepsBack)
    this.#foresight = this.#carriage?.anew()
    this.#sink = this.#carriage && keepsBack ? keepingBack(sink) : sink
  }

  /**
   * Delivers what is committed, until there is no more, or until stopped.
   * @param timeline by which each event has its time; without one all go at once
   * @throws DeliveryError, StoreError, WorldError, or EPIPE
   */
  async deliver(outbox: Outbox, timeline?: Timeline): Promise<void> {
    this.#outbox = outbox
    this.#timeline = timeline
    const isOver = () => this.#stopped
    const { log } = this.#options
    const owedFrom = async () => {
      const cursor = await log?.readCursor(this.#sink.target)
      return cursor ? neededFrom(cursor) : Number.NEGATIVE_INFINITY
    }
    const from = this.#carriage?.since(this.#nextTick) ?? this.#nextTick
    try {
      for await (const outgoing of outbox.from(from, isOver, owedFrom, this.#standing)) {
        const { tick, events, isOpening } = outgoing
        try {
          if (tick < this.#nextTick) exhaust(await this.#batchesOf(outgoing))
          else if (isOpening) await this.#tellStanding(tick, events)
          else await this.take(tick, await this.#batchesOf(outgoing))
        } finally {
          // What the outbox has back may be written over.
          if (this.#stopped) await this.#landed()
        }
        if (this.#stopped) break
      }
    } catch (error) {
      // The lanes are still at work, and nothing may be under way once this is over.
      this.#fail(error as Error)
    }
    await this.settle()
  }

  async #batchesOf({ tick, events, lines }: OutgoingTick): Promise<Iterable<Lines>> {
    const batches = lines && !this.#sink.takesRows ? [await lines] : this.#options.render(events)
    return this.#carriage?.carry(tick, batches) ?? batches
  }

  /** Puts a tick's events into the lanes, as they come due; settles when more can be taken. @throws what `deliver` does */
  async take(tick: number, batches: Iterable<Lines>): Promise<void> {
    await this.#takeFrom(firstOf(tick), batches, firstOf(tick + 1))
  }

  /** … and what stands before a tick. */
  async #tellStanding(tick: number, events: readonly Uint8Array[]): Promise<void> {
    this.#standing = undefined
    await this.#takeFrom(firstOf(tick, true), this.#options.render(events), firstOf(tick))
  }

  /** @param behind the place of what comes after them */
  async #takeFrom([tick, event]: Place, batches: Iterable<Lines>, behind: Place): Promise<void> {
    this.#nextTick = tick
    this.#nextEvent = event
    // A batch is waited for: until it is settled nothing is rendered over it, so it need not be copied; or it is copied, and
    // the next is rendered meanwhile.
    const { eventByEvent, batchBytes } = this.#sink
    const isAhead = batchBytes !== undefined
    for (const lines of batches) {
      const batch = {
        ...{ tick, before: this.#nextEvent, worldId: idAt(this.#options.identity, tick) },
        lines: eventByEvent ? copyOf(lines) : isAhead ? this.#copies.of(lines) : lines,
      }
      for (let from = 0; from < lines.count; ) {
        const to = await this.#due(lines, from)
        if (!this.#stopped) this.#enqueue(batch, from, to)
        const limit = eventByEvent ? this.#queueLimit : 1 + (isAhead ? to - from : 0)
        from = to
        while (this.progress.queued >= limit && !this.#stopped) await this.#stirred()
        if (this.#failure) throw this.#failure
        if (this.#stopped) return
      }
    }
    ;[this.#nextTick, this.#nextEvent] = behind
    this.#writeCursorNowAndThen()
  }

  /**
   * When the first of a tick's events leaves that is still to be delivered; undefined where none is. Asked of ticks one after
   * the other, from as many before as events can be late.
   */
  firstOwed(tick: number, events: readonly Uint8Array[]): number | undefined {
    const rendered = this.#options.render(events)
    let before = 0
    let first: number | undefined
    for (const lines of this.#foresight?.carry(tick, rendered) ?? rendered) {
      for (let line = 0; line < lines.count && first === undefined; line++) {
        const lane = this.#lanes[(lines.partitions[line] as number) % this.#lanes.length] as Lane
        if (tick >= this.#nextTick && !lane.hasBehind(tick, before + line)) first = leavesAt(lines, line)
      }
      before += lines.count
    }
    return first
  }

  /** By how much of the machine's time an event went into its lane too late at the most, since this was asked last. */
  lateMilliseconds(): number {
    const late = this.#lateMilliseconds
    this.#lateMilliseconds = 0
    return late
  }

  /** Waits until everything taken is settled, or the courier stopped, and writes the cursor. */
  async settle(): Promise<void> {
    while (this.progress.queued > 0 && !this.#stopped) await this.#stirred()
    await this.#landed()
    await this.#cursorWrite
    this.#isOver = true
    await this.#writeCursor().catch((error) => this.#fail(error))
    if (this.#failure) throw this.#failure
  }

  /** Nothing is in flight. */
  async #landed(): Promise<void> {
    while (this.#inFlight > 0) await this.#stirred()
  }

  /** Starts no more tries. What is in flight is waited for by `settle`. */
  stop(): void {
    this.#stopped = true
    this.#turns.stop()
    this.#outbox?.stir()
    this.#stir()
  }

  /** Waits until a line is due. @returns the line behind those that are */
  async #due(lines: Lines, from: number): Promise<number> {
    const timeline = this.#timeline
    const { count, types } = lines
    if (!timeline) return count
    const instant = leavesAt(lines, from)
    this.awaited = { instant, type: types[from] as number }
    await timeline.reach(instant, () => this.#stopped)
    this.awaited = undefined
    this.#lateMilliseconds = Math.max(this.#lateMilliseconds, -timeline.until(instant))
    let to = from + 1
    while (to < count && timeline.until(leavesAt(lines, to)) <= 0) to++
    return to
  }

  /** Puts a stretch of lines into the lanes. */
  #enqueue(batch: Batch, from: number, to: number): void {
    const { partitions } = batch.lines
    for (let line = from; line < to; line++) {
      const lane = this.#lanes[(partitions[line] as number) % this.#lanes.length] as Lane
      if (lane.hasBehind(batch.tick, batch.before + line)) continue
      this.#push(lane, batch, line, to)
      // A stretch goes as one, without what an earlier run has delivered of it.
      if (!this.#sink.eventByEvent) break
    }
    this.#nextEvent = batch.before + to
  }

  #push(lane: Lane, batch: Batch, line: number, end: number): void {
    const more = lane.push(batch, line, end)
    this.progress.queued += more
    if (batch.before < 0) this.progress.opening += more
    if (!lane.working) void this.#work(lane)
  }

  /** Tries a lane's parcels, one after the other. */
  async #work(lane: Lane): Promise<void> {
    const { maxRate } = this.#options
    const turns = this.#turns
    lane.working = true
    void this.#patience.watch(() => this.#stopped || this.#isOver)
    let hasTurn = false
    try {
      // What comes in one go may set out in one try.
      await undefined
      while (lane.isWaiting) {
        // Awaited only where there is something to wait for: each wait is a turn of the queue of microtasks, for each event.
        const turn = hasTurn ? undefined : turns.take()
        if (turn) await turn
        hasTurn = true
        const parcels = lane.next()
        const [first, ...more] = parcels
        if (maxRate !== undefined) await this.#slot(parcels.length / maxRate)
        if (this.#stopped) break
        let pause = 0
        this.#inFlight++
        this.#patience.begin()
        try {
          const outcome = await this.#sink.send(first, lane.stream, more)
          const settled = this.#outcome(lane, parcels, outcome)
          pause = typeof settled === 'number' ? settled : await settled
        } finally {
          this.#inFlight--
          this.#patience.end()
        }
        // While the target is down, whoever has the only turn keeps it: the canary.
        if (pause === 0 || !turns.isDown || !turns.isLone) {
          turns.give()
          hasTurn = false
        }
        if (pause > 0 && !this.#stopped) await this.#rest(lane, pause)
      }
    } catch (error) {
      this.#fail(error as Error)
    }
    if (hasTurn) turns.give()
    lane.working = false
    this.#stir()
  }

  /** @returns milliseconds to wait before the lane's next try; awaited, where there is something to wait for */
  #outcome(lane: Lane, parcels: Parcels, outcome: Outcome): number | Promise<number> {
    switch (outcome.verdict) {
      case 'acknowledged':
        this.#acknowledged(eventsIn(parcels), outcome)
        lane.drop(parcels.length)
        lane.widen()
        this.#settled(eventsIn(parcels))
        return 0
      case 'retry':
        return this.#retry(lane, parcels.length, outcome)
      case 'halt':
        this.#fail(this.#deliveryError('DELIVERY_HALTED', `delivery halted (${outcome.reason})`, outcome.status))
        return 0
      case 'each':
        return this.#each(lane, parcels, outcome.outcomes)
      default:
        if (parcels.length === 1) return this.#each(lane, parcels, [outcome])
        // Only the one at fault is to be set aside.
        this.progress.retried++
        lane.halve(parcels.length)
        return 0
    }
  }

  /** Settles events one by one; those that are to be tried again stay in the lane. */
  async #each(lane: Lane, parcels: Parcels, outcomes: readonly EventOutcome[]): Promise<number> {
    const again: Extract<EventOutcome, { verdict: 'retry' }>[] = []
    const isSettled: boolean[] = []
    const wereInDoubt = parcels.map((_, place) => this.#isShared || lane.isInDoubt(place))
    // What is taken stays in the lane until the others are set aside, which can fail; and what has overtaken another lies
    // behind the lane's place. For whoever goes on from there, it may have arrived.
    const taken = outcomes.findLastIndex(({ verdict }) => verdict === 'acknowledged')
    if (taken >= 0) lane.doubt(taken + 1)
    for (const [place, parcel] of parcels.entries()) {
      const outcome = outcomes[place] as EventOutcome
      if (outcome.verdict === 'halt') return this.#outcome(lane, parcels, outcome)
      if (outcome.verdict === 'retry') again.push(outcome)
      else if (outcome.verdict === 'acknowledged') this.#acknowledged(parcel.count, outcome)
      // What a repeat meets is the event itself.
      else if (outcome.verdict === 'conflict' && wereInDoubt[place]) this.#acknowledged(parcel.count, {})
      else await this.#park(lane, parcel, outcome)
      isSettled.push(outcome.verdict !== 'retry')
    }
    const settled = parcels.filter((_, place) => isSettled[place])
    if (settled.length > 0) {
      lane.dropAmong(isSettled)
      if (parcels.length > 1) lane.widen()
      this.#settled(eventsIn(settled))
    }
    const [first] = again
    if (!first) return 0
    const afterMilliseconds = Math.max(...again.map((outcome) => outcome.afterMilliseconds ?? 0))
    return this.#retry(lane, again.length, {
      ...first,
      afterMilliseconds,
      isInDoubt: again.some((one) => one.isInDoubt),
    })
  }

  #acknowledged(events: number, { mark, receipt, omitted = 0 }: Omit<Acknowledgement, 'verdict'>): void {
    this.progress.delivered += events
    this.progress.omitted += omitted
    if (mark !== undefined) this.#mark = mark
    if (receipt !== undefined) this.progress.receipt = receipt
  }

  /** Sets aside what was refused: it is kept before the stream goes on. */
  async #park(lane: Lane, parcel: Parcel, { status, answer }: { status: number; answer: string }): Promise<void> {
    const { lines, first, bytes, worldId } = parcel
    const eventId = eventIdIn(parcel)
    const event = {
      ...{ target: this.#sink.target, eventId, stream: lane.stream, status, answer },
      line: bytes.toString('utf8', 0, bytes.length - 1),
      ...{ rank: lines.ranks[first] as number, step: lines.steps[first] as number },
      ...(worldId === undefined ? {} : { worldId }),
    }
    await this.#options.log?.park(event)
    this.progress.parked += parcel.count
    this.#refusals.add(status, answer, eventId)
  }

  /** So many events have left their lane. */
  #settled(events: number): void {
    this.progress.queued -= events
    this.#hasSettled = true
    this.#patience.renew()
    this.#turns.succeeded()
    this.#writeCursorNowAndThen()
    if (!this.#sink.eventByEvent || this.progress.queued < this.#queueLimit) this.#stir()
  }

  /** What may have arrived is tried again under the same key. @param items of the lane that were tried */
  #retry(
    lane: Lane,
    items: number,
    { reason, afterMilliseconds = 0, isInDoubt }: Extract<Outcome, { verdict: 'retry' }>,
  ): number {
    const { random, canaryMilliseconds = 10_000 } = this.#options
    this.progress.retried++
    lane.failures++
    if (isInDoubt) lane.doubt(items)
    this.#turns.failed()
    const { left } = this.#patience
    if (left === 0) this.#giveUp(reason)
    const { backoffFloorMilliseconds: floor = 100, backoffCeilingMilliseconds: ceiling = 10_000 } = this.#options
    const limit = Math.min(ceiling, floor * (1 << Math.min(lane.failures, DOUBLINGS_MAX)))
    const backoff = floor + random() * Math.max(0, limit - floor)
    const asked = afterMilliseconds === 0 ? 0 : afterMilliseconds + random() * floor
    const own = Math.max(backoff, this.isDown ? canaryMilliseconds * (0.75 + random() / 2) : 0)
    lane.excusedMilliseconds = Math.min(asked, EXCUSED_MILLISECONDS_MAX)
    lane.givesUpFor = asked > lane.excusedMilliseconds + left ? reason : undefined
    return Math.min(Math.max(own, asked), lane.excusedMilliseconds + Math.max(floor, left))
  }

  /** Waits before a lane's next try. What the endpoint asked for is waited for, but not longer than there is patience. */
  async #rest(lane: Lane, pause: number): Promise<void> {
    const excused = Math.min(pause, lane.excusedMilliseconds)
    if (excused > 0) await this.#timer.pause(excused)
    if (pause === excused || this.#stopped) return
    this.#patience.begin()
    await this.#timer.pause(pause - excused)
    this.#patience.end()
    if (lane.givesUpFor !== undefined && !this.#stopped) this.#giveUp(lane.givesUpFor)
  }

  #giveUp(reason: string): void {
    const seconds = (this.#options.giveUpMilliseconds ?? 0) / 1000
    this.#fail(this.#deliveryError('DELIVERY_GIVEN_UP', `nothing could be delivered for ${seconds} s (${reason})`))
  }

  /** Waits until the rate allows another try. @param seconds that it is worth */
  async #slot(seconds: number): Promise<void> {
    if (this.#stopped) return
    const now = this.#timer.now()
    const slot = Math.max(now, this.#nextSlot)
    this.#nextSlot = slot + 1000 * seconds
    if (slot > now) await this.#timer.pause(slot - now)
  }

  #deliveryError(code: DeliveryErrorCode, what: string, status?: number): DeliveryError {
    return new DeliveryError(what, { code, target: this.#sink.target, undelivered: this.progress.queued, status })
  }

  #fail(failure: Error): void {
    this.#failure ??= failure
    this.stop()
  }

  #writeCursorNowAndThen(): void {
    const { log, cursorMilliseconds = 250 } = this.#options
    if (!log || this.#cursorWrite || this.#stopped) return
    const now = this.#timer.now()
    if (!this.#isQuiet && now - this.#cursorWritten < cursorMilliseconds) return
    this.#cursorWritten = now
    this.#hasSettled = false
    this.#cursorWrite = this.#writeCursor()
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#cursorWrite = undefined
        if (this.#hasSettled && this.#isQuiet) this.#writeCursorNowAndThen()
      })
  }

  /** At a pace nothing may come for long when nothing waits: the cursor is then not to stay behind. */
  get #isQuiet(): boolean {
    return this.#timeline !== undefined && this.progress.queued === 0
  }

  /**
   * Brings the stored cursor up to where the lanes are; where another courier is further on, it stays there.
   * @param anew though it says the same: a write that an earlier delivery has under way, and that knows nothing of this one,
   * then comes too late
   */
  async #writeCursor(anew = false): Promise<void> {
    const { log } = this.#options
    if (!log) return
    for (;;) {
      const position = this.#position()
      const { target } = this.#sink
      const cursor = this.#withWire(this.#cursor ? advanced(this.#cursor, position) : position)
      if (!anew && this.#cursor && saysTheSame(this.#cursor, cursor)) return
      if (await log.swapCursor(target, cursor)) {
        this.#cursor = cursor
        return
      }
      const found = await log.readCursor(target)
      // Written anew, it would be found by a world that is born under the same name.
      if (this.#cursor && !found)
        throw (await log.readHead())
          ? this.#deliveryError('DELIVERY_RELEASED', 'somebody has let go of this target')
          : new WorldError('it was deleted meanwhile', { code: 'WORLD_DELETED' })
      if (found && !(this.#carriage ? this.#carriage.agreesWith(found) : found.wire === undefined))
        throw this.#deliveryError('DELIVERY_HALTED', 'another run delivers to it over another wire')
      this.#isShared = true
      this.#cursor = found
    }
  }

  /** Where the lanes are. */
  #position(): Cursor {
    const places = this.#lanes.map((lane) => lane.place([this.#nextTick, this.#nextEvent]))
    return cursorOf(places, { inDoubt: this.#inDoubt(places), mark: this.#mark })
  }

  #withWire(cursor: Cursor): Cursor {
    return this.#carriage ? { ...cursor, wire: this.#carriage.at(cursor.tick) } : cursor
  }

  /** What has to be said in case this process is the last to know. */
  #inDoubt(places: readonly Place[]): Cursor['inDoubt'] {
    if (!this.#sink.eventByEvent) return undefined
    if (!this.#isOver || this.#isShared) return 'all'
    const doubts = this.#lanes.filter(({ doubtBefore, stream }) => isBefore(places[stream] as Place, doubtBefore))
    if (doubts.length === 0) return undefined
    return Object.fromEntries(doubts.map(({ doubtBefore, stream }) => [stream, doubtBefore]))
  }

  #stirred(): Promise<void> {
    this.#wake ??= Promise.withResolvers()
    return this.#wake.promise
  }

  #stir(): void {
    this.#wake?.resolve()
    this.#wake = undefined
  }
}

/** When a line leaves. */
function leavesAt({ instants, onWire }: Lines, line: number): number {
  return (onWire?.leaves ?? instants)[line] as number
}

/** What leaves before the place that delivery goes on from is only looked at, for what is late. */
function exhaust(batches: Iterable<Lines>): void {
  for (const _ of batches);
}

function eventsIn(parcels: readonly Parcel[]): number {
  return parcels.reduce((sum, { count }) => sum + count, 0)
}

// Simulated time, and the processes that live in it. Whatever a process waits for is an event here: the scheduler takes
// the next one, lets it settle a promise, lets all that follows from that run to its end, and only then takes another.
// So a schedule is one thread of events in one order, and the order is decided by seeded latencies alone.

interface Event {
  time: number
  /** Among events at the same time, the order in which they were asked for. */
  order: number
  run(): void
}

/** More events than any sound schedule has: whoever gets there goes round in circles. */
const EVENTS_MAX = 50_000

export class Scheduler {
  /** Milliseconds since 1970, simulated. */
  now: number
  events = 0
  readonly #eventsMax: number
  readonly #heap: Event[] = []
  #order = 0

  constructor(now: number, eventsMax: number = EVENTS_MAX) {
    this.now = now
    this.#eventsMax = eventsMax
  }

  at(time: number, run: () => void): void {
    const heap = this.#heap
    const event = { time: Math.max(time, this.now), order: this.#order++, run }
    let place = heap.length
    for (;;) {
      const parent = (place - 1) >> 1
      if (place === 0 || !isBefore(event, heap[parent] as Event)) break
      heap[place] = heap[parent] as Event
      place = parent
    }
    heap[place] = event
  }

  /** Runs until nothing is left to happen. @returns false where there is no end to it */
  run(): Promise<boolean> {
    return new Promise((resolve) => {
      // A tick of Node's comes when all microtasks are done, and costs a tenth of a turn of the event loop.
      const soon = () => process.nextTick(next)
      const next = () => {
        const event = this.#pop()
        if (!event || ++this.events > this.#eventsMax) {
          resolve(!event)
          return
        }
        this.now = event.time
        event.run()
        queueMicrotask(soon)
      }
      next()
    })
  }

  #pop(): Event | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (!last || heap.length === 0) return first
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) child++
      if (!isBefore(heap[child] as Event, last)) break
      heap[place] = heap[child] as Event
      place = child
    }
    heap[place] = last
    return first
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order)
}

/** A process of the operating system: it may be killed and frozen at whatever it waits for. */
export class Process {
  readonly name: string
  alive = true
  frozenUntil = 0
  readonly #scheduler: Scheduler

  constructor(scheduler: Scheduler, name: string) {
    this.#scheduler = scheduler
    this.name = name
  }

  /** Nothing that it waits for settles any more. */
  kill(): void {
    this.alive = false
  }

  /** It sees nothing for so long, then goes on with what it knew. */
  freeze(milliseconds: number): void {
    this.frozenUntil = Math.max(this.frozenUntil, this.#scheduler.now + milliseconds)
  }

  /** Lets something happen to it at a time, or when it is thawed, or never. */
  at(time: number, run: () => void): void {
    this.#scheduler.at(time, () => {
      if (!this.alive) return
      if (this.frozenUntil > this.#scheduler.now) this.at(this.frozenUntil, run)
      else run()
    })
  }
}

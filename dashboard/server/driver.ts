// Drives a world: brings it up to the present at full speed, then goes on at the speed that the page asks for. Each speed is a
// stretch of the host's life; a change ends the stretch under way and begins the next.

import { setImmediate as turn } from 'node:timers/promises'
import {
  Host,
  type HostOptions,
  LIVE,
  lastTickOf,
  type Sink,
  StoreError,
  type TickLog,
  WorldError,
} from '../../engine/index.ts'
import { model, type Settings } from '../../model/index.ts'
import { Chronicle } from './chronicle.ts'
import type { Clock } from './clock.ts'
import { follow } from './follow.ts'
import type { Stage } from './stage.ts'

/** HEAD is looked at so often: a world may be deleted while nothing is committed. */
const LOOK_MILLISECONDS = 1000
/** A store that is gone is looked for so often. */
const RETRY_MILLISECONDS = 2000
export interface DriverOptions {
  log: TickLog
  /** Of a world that is to be born. */
  settings?: Settings
  /** Lives at full speed up to this instant before anything else; where it is. */
  catchUpTo?(): number
  /** Told when the world has begun, before it lives on. */
  onBegun?(host: Pick<Host, 'take' | 'tick'>): Promise<unknown>
  /** At the machine's own time, for good. */
  isReal?: boolean
  /** Whether it plays at once. */
  isPlaying: boolean
  speed: number
  workers: number
  /** Where events go while it plays, once the world has come to the present. */
  openSinks?(): Promise<readonly Sink[]>
  /** Whether the store is still where it was. */
  isThere(): boolean
  signal: AbortSignal
}

type DemoHost = Awaited<ReturnType<typeof Host.open<Settings, unknown, never>>>

export class Driver {
  readonly #stage: Stage
  readonly #options: DriverOptions
  #stretch = new AbortController()
  /** Where to live at full speed next. */
  #target: number | undefined
  /** The tick that this driver has come to, and the commits by then that another process was faster with. */
  #next = 0
  #conflicts = 0
  /** Another process drives the world too. */
  #isShared = false
  /** A tick that another process has put an input in with. */
  #changedWith: number | undefined

  constructor(stage: Stage, options: DriverOptions) {
    this.#stage = stage
    this.#options = options
    options.signal.addEventListener('abort', () => this.#stretch.abort())
  }

  play(speed?: number): void {
    this.#clock.play(speed)
    this.#change()
  }

  pause(): void {
    this.#clock.pause()
    this.#change()
  }

  /** Stands still so many ticks further on. */
  step(ticks: number): void {
    const { chronicle } = this.#sources
    const clock = this.#clock
    clock.pause()
    this.#target = chronicle.instantOf(
      Math.floor((clock.present - chronicle.instantOf(0)) / chronicle.settings.tickMilliseconds) + ticks,
    )
    this.#change()
  }

  /** Goes on from a later instant. */
  jump(instant: number): void {
    this.#target = instant
    this.#change()
  }

  /** Settles when it was told to stop, or there is nothing left to drive. */
  async run(): Promise<void> {
    const { signal } = this.#options
    try {
      await this.#beBorn()
      if (!signal.aborted) await this.#live()
    } catch (error) {
      this.#stage.fail(error)
      if (error instanceof StoreError) await this.#comeBack()
    }
  }

  get #sources() {
    const { sources } = this.#stage
    if (!sources) throw new Error('nothing is driven yet')
    return sources
  }

  get #clock(): Clock {
    return this.#stage.clock as Clock
  }

  #change(): void {
    this.#stretch.abort()
    this.#stage.tell('clock')
  }

  async #beBorn(): Promise<void> {
    const { log, settings, catchUpTo, onBegun, signal } = this.#options
    const stage = this.#stage
    const host = await this.#open({ ...(settings ? { settings } : {}) }, async (tick) => {
      // Whoever opens the page meanwhile is served.
      await turn()
      if (!settings) return signal.aborted
      const { start, tickMilliseconds, warmupMilliseconds } = settings
      stage.progress = { from: start - warmupMilliseconds, to: start, at: start + tick * tickMilliseconds }
      stage.tell('world')
      return signal.aborted
    })
    try {
      while (!(await host.begin())) if (signal.aborted) return
      await onBegun?.(host)
      const chronicle = await Chronicle.open(log, host.head)
      stage.begin(chronicle)
      stage.enter('catching_up', 'Living up to the present')
      await chronicle.catchUp(host.head, () => this.#advanced(chronicle.instantOf(host.tick)))
      const until = catchUpTo ? chronicle.tickAfter(catchUpTo()) : host.tick
      if (until > host.tick)
        await host.live({ until, signal, onAdvanced: () => this.#advanced(chronicle.instantOf(until)) })
    } finally {
      await host.close()
    }
  }

  #advanced(to: number): void {
    const { chronicle } = this.#sources
    this.#stage.progress = { from: chronicle.start, to, at: chronicle.end }
    this.#stage.tell('world')
    this.#stage.tell('tick')
  }

  async #live(): Promise<void> {
    const { openSinks, isReal, isPlaying, speed, catchUpTo } = this.#options
    const { chronicle } = this.#sources
    const clock = this.#clock
    const sinks = (await openSinks?.()) ?? []
    try {
      const host = await this.#open({ sinks, opening: true })
      try {
        clock.rest()
        if (catchUpTo) clock.set(Math.min(catchUpTo(), chronicle.end))
        if (isReal) clock.keepReal()
        else clock.play(speed)
        if (!isPlaying) clock.pause()
        this.#stage.enter('living')
        this.#stage.tell('clock')
        await this.#stretches(host)
      } finally {
        await host.close()
      }
    } finally {
      for (const sink of sinks) await sink.close()
    }
  }

  async #stretches(host: DemoHost): Promise<void> {
    const { signal, log, isThere, isReal } = this.#options
    const { chronicle } = this.#sources
    let gone: Error | undefined
    const look = setInterval(() => {
      // Of a store that cannot be read the next commit tells.
      this.#look(log, isThere).then(
        (trouble) => {
          gone ??= trouble
          if (gone) this.#stretch.abort()
        },
        () => undefined,
      )
    }, LOOK_MILLISECONDS)
    try {
      while (!signal.aborted) {
        this.#stretch = new AbortController()
        await this.#one(host)
        if (gone) throw gone
        if (this.#isShared) return await this.#letGo()
        if (host.tick >= lastTickOf(chronicle.settings)) {
          this.#clock.pause()
          this.#stage.enter('ended', 'Simulated time ends here')
          return
        }
        if (isReal) this.#clock.keepReal()
      }
    } finally {
      clearInterval(look)
    }
  }

  /** One stretch, up to the next change. */
  async #one(host: DemoHost): Promise<void> {
    const { isReal, signal } = this.#options
    const { chronicle } = this.#sources
    const clock = this.#clock
    const stretch = this.#stretch
    if (signal.aborted) return
    const target = this.#target
    this.#target = undefined
    this.#next = host.tick
    const onAdvanced = (tick: number): void => {
      this.#stage.tell('tick')
      this.#compare(host, tick)
      if (this.#isShared) stretch.abort()
    }
    if (target !== undefined) {
      const until = chronicle.tickAfter(target - 1)
      if (until > host.tick) await host.live({ until, signal: stretch.signal, onAdvanced, endsWithDelivery: false })
      clock.set(Math.min(target, chronicle.end))
      this.#stage.tell('clock')
    } else if (isReal) await host.live({ pace: LIVE, signal: stretch.signal, onAdvanced, endsWithDelivery: false })
    else if (clock.isPlaying) {
      const anchor = { instant: clock.present, at: this.#stage.machine.elapsed() }
      const pace = { factor: clock.speed, anchor }
      await host.live({ pace, signal: stretch.signal, onAdvanced, endsWithDelivery: false })
    } else if (!stretch.signal.aborted)
      await new Promise((resolve) => stretch.signal.addEventListener('abort', resolve, { once: true }))
  }

  /** Sees what another process has done since: it may drive the world too, or have changed it only. */
  #compare(host: DemoHost, tick: number): void {
    if (host.conflicts > this.#conflicts) {
      this.#conflicts = host.conflicts
      if (tick > this.#next) this.#isShared = true
      else this.#changedWith = tick
    } else if (this.#changedWith !== undefined && tick > this.#changedWith) {
      const changedWith = this.#changedWith
      this.#changedWith = undefined
      this.#sources.chronicle.readInputs(changedWith, host.head).then(
        () => this.#stage.tell('world'),
        (error) => this.#stage.fail(error),
      )
    }
    this.#next = tick
  }

  /** What has become of the world while nothing was committed; undefined where it is there. */
  async #look(log: TickLog, isThere: () => boolean): Promise<Error | undefined> {
    if (!isThere()) return new StoreError('its file is gone', { code: 'STORE_UNAVAILABLE' })
    if (!(await log.readHead())) return new WorldError('it was deleted meanwhile', { code: 'WORLD_DELETED' })
    return undefined
  }

  /** Another process drives the world too: it goes on there, and here it is looked at. */
  async #letGo(): Promise<void> {
    const { log, signal, isThere } = this.#options
    const line = `Another process drives world ${this.#stage.name}: it is shown, and controlled there`
    await follow(this.#stage, { log, signal, isThere, phase: 'driven_elsewhere', line })
  }

  /** Waits for the store to be there again, and shows the world from then on. */
  async #comeBack(): Promise<void> {
    const { log, signal, isThere } = this.#options
    await this.#stage.machine.pause(RETRY_MILLISECONDS, signal)
    const line = 'The store is there again; the world stands still'
    if (!signal.aborted) await follow(this.#stage, { log, signal, isThere, phase: 'read_only', line })
  }

  #open(
    given: Partial<HostOptions<Settings, unknown, never>>,
    onWarmUp?: (tick: number) => Promise<boolean>,
  ): Promise<DemoHost> {
    const { log, workers } = this.#options
    const { machine, name } = this.#stage
    return Host.open({
      ...{ model: model as never, log, machine, workers, world: name },
      observers: [
        {
          observe: ({ tick, shards }) =>
            this.#observe(
              tick,
              shards.map(({ events }) => events.slice()),
            ),
        },
      ],
      ...given,
      ...(onWarmUp ? { onWarmUp } : {}),
    })
  }

  async #observe(tick: number, events: readonly Uint8Array[]): Promise<void> {
    const chronicle = this.#stage.sources?.chronicle
    if (!chronicle || chronicle.add(tick, events)) return
    // Ticks were left out, or another process has committed some.
    const head = await this.#options.log.readHead()
    if (head) await chronicle.catchUp(head)
  }
}

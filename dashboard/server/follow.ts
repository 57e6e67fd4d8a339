// Looks at a world that others drive, or nobody does: what they commit is shown, and nothing is changed.

import { StoreError, type TickLog, WorldError } from '../../engine/index.ts'
import { Chronicle } from './chronicle.ts'
import type { Phase } from './shapes.ts'
import type { Stage } from './stage.ts'

const LOOK_MILLISECONDS = 500
/** A world in which nothing was committed for so long stands still. */
const STILL_MILLISECONDS = 5000

export interface Followed {
  log: TickLog
  /** How the world goes while all is well, and what is said of it. */
  phase: Phase
  line: string
  isThere(): boolean
  signal: AbortSignal
}

/** Settles when it is told to stop, or the world was deleted. A store that is gone is looked for. */
export async function follow(stage: Stage, followed: Followed): Promise<void> {
  const { signal } = followed
  const seen = { tick: Number.NaN, at: Number.NEGATIVE_INFINITY }
  while (!signal.aborted) {
    try {
      await look(stage, followed, seen)
    } catch (error) {
      stage.clock?.rest()
      stage.fail(error)
      stage.tell('clock')
      if (error instanceof WorldError) return
    }
    await stage.machine.pause(LOOK_MILLISECONDS, signal)
  }
}

async function look(stage: Stage, { log, phase, line, isThere }: Followed, seen: { tick: number; at: number }) {
  if (!isThere()) throw new StoreError('its file is gone', { code: 'STORE_UNAVAILABLE' })
  const head = await log.readHead()
  if (!head) throw new WorldError('there is no such world', { code: 'WORLD_DELETED' })
  if (head.tick < 0) return stage.enter('starting', 'Another process warms this world up')
  if (!stage.sources) {
    stage.begin(await Chronicle.open(log, head))
    stage.enter('catching_up', 'Reading what the world has lived through')
  }
  const chronicle = stage.sources?.chronicle as Chronicle
  const progress = (): void => {
    stage.progress = { from: chronicle.start, to: chronicle.instantOf(head.tick), at: chronicle.end }
    stage.tell('world')
    stage.tell('tick')
  }
  const before = chronicle.next
  await chronicle.catchUp(head, stage.phase === 'catching_up' ? progress : undefined)
  if (chronicle.next !== before) stage.tell('tick')
  const now = stage.machine.elapsed()
  const isMoved = head.tick !== seen.tick && !Number.isNaN(seen.tick)
  seen.tick = head.tick
  if (isMoved) seen.at = now
  const isMoving = now - seen.at < STILL_MILLISECONDS
  const wasMoving = stage.clock?.isPlaying
  if (isMoving) stage.clock?.follow()
  else stage.clock?.rest()
  if (wasMoving !== isMoving) stage.tell('clock')
  stage.enter(phase, line)
}

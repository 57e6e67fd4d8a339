// When a run is to end.

export interface Stop {
  readonly asked: boolean
  /** Aborted when asked. */
  signal: AbortSignal
  ask(): void
}

/** The first Ctrl-C asks for an end at the next tick; a second one finds nobody listening and ends the process. */
export function stopSignal(): Stop {
  const controller = new AbortController()
  const { signal } = controller
  function ask(): void {
    process.off('SIGINT', ask).off('SIGTERM', ask)
    controller.abort()
  }
  process.on('SIGINT', ask).on('SIGTERM', ask)
  return {
    signal,
    ask,
    get asked() {
      return signal.aborted
    },
  }
}

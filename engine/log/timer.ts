// Real time, which the engine has no way to know.

export interface Timer {
  /** Milliseconds since 1970. */
  now(): number
  /** Settles after so long; 0 gives everything else that is ready a turn. */
  pause(milliseconds: number): Promise<void>
}

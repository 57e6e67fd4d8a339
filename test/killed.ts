// Ends a process that a test has started, and waits until it is over: one that still lets go of its files while the test
// removes their folder makes Node leave that folder there without a word.

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export async function killed(child: ChildProcess | undefined): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const over = once(child, 'exit')
  child.kill('SIGKILL')
  await over
}

// The dashboard's face: a world that is driven or looked at, its what-ifs, and the server that shows them.

export type { Show } from './answers.ts'
export { Driver } from './driver.ts'
export { follow } from './follow.ts'
export { isLoopback } from './guard.ts'
export { DashboardServer } from './server.ts'
export { snapshotOf } from './snapshot.ts'
export { Stage } from './stage.ts'
export { Story, type Tale } from './story.ts'
export { Twins } from './twins.ts'

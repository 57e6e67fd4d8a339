// What stands in for threads.ts in a browser, where a world lives in one thread.

export class ThreadedSimulation {
  constructor() {
    throw new Error('threads are for Node')
  }
}

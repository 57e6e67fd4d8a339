// How long a sweep is: the slow suite samples the longest ones, and `SWEEPS=whole npm run test:slow` does all of each.

/** @param whole all of it @param sample what runs unless all of it is asked for */
export function sweep(whole: number, sample: number): number {
  return process.env.SWEEPS === 'whole' ? whole : sample
}

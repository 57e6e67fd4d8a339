// The name that was probably meant.

/** The nearest of the names, if it is near: up to a third of its letters wrong, left out, added or swapped. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  let [best, bestDistance] = ['', Number.POSITIVE_INFINITY]
  for (const one of names) {
    // So far apart in length they are not near, and a text of any length may be given.
    if (Math.abs(name.length - one.length) > farthest(one)) continue
    const distance = editDistance(name, one)
    if (distance < bestDistance) [best, bestDistance] = [one, distance]
  }
  return bestDistance <= farthest(best) ? best : undefined
}

function farthest(name: string): number {
  return Math.max(1, Math.ceil(name.length / 3))
}

/** Optimal string alignment: inserted, deleted, replaced and swapped letters. */
function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array.from({ length: b.length }, () => 0)])
  const at = (i: number, j: number): number => (rows[i] as number[])[j] as number
  for (let j = 0; j <= b.length; j++) (rows[0] as number[])[j] = j
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(i - 2, j - 2) + 1)
      ;(rows[i] as number[])[j] = least
    }
  return at(a.length, b.length)
}

// What worlds and attempts may be called: names become parts of keys, so nothing in them may clash with what joins keys.

/** Wrong usage: a store or world that no store can have. */
export class StoreNameError extends Error {
  override name = 'StoreNameError'
}

/** @throws StoreNameError */
export function checkWorld(name: string): string {
  if (!/^[\w.-]{1,64}$/.test(name)) throw new StoreNameError(`world ${name}: up to 64 letters, digits, dots, dashes`)
  return name
}

/** @throws StoreNameError */
export function checkAttempt(attempt: string): string {
  if (!/^[\w.:-]{1,100}$/.test(attempt))
    throw new StoreNameError(`attempt ${attempt}: up to 100 letters, digits, dots, dashes, colons`)
  return attempt
}

/** For messages: what is named in them may come from others, or be damaged. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\p{Cc}\p{Zl}\p{Zp}]+\s*/gu, '; ')
}

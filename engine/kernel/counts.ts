// How numbers of things are said.

/** `1 student`, `2 students`. */
export function counted(
  count: number,
  one: string,
  many?: string,
  written: (count: number) => string = String,
): string {
  return `${written(count)} ${plural(count, one, many)}`
}

/** The words that go with a number. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many
}

/** Thousands set apart, whatever the machine's locale. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

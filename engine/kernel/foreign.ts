// Text that others wrote, such as an endpoint's answer, as it may be shown.

const SHOWN_CHARACTERS = 200

/** Its beginning, on one line and free of anything that could move a terminal's cursor. */
export function printable(text: string): string {
  return text
    .slice(0, SHOWN_CHARACTERS)
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
}

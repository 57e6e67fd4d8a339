// Taking along: a file for the reader's folder, text for their clipboard.

import { signal } from '@preact/signals'

/** What was just copied, for a moment. */
export const copied = signal<string | null>(null)

const SAID_MS = 2000

export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    copied.value = `${what} copied`
  } catch {
    // Without leave for the clipboard the text is shown, to be copied by hand.
    copied.value = text
    return
  }
  setTimeout(() => {
    copied.value = null
  }, SAID_MS)
}

export function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }))
  const anchor = document.createElement('a')
  anchor.href = address
  anchor.download = name
  anchor.click()
  URL.revokeObjectURL(address)
}

const quoted = (cell: unknown): string => {
  const text = String(cell ?? '')
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function csv(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return `${[head, ...rows].map((row) => row.map(quoted).join(',')).join('\n')}\n`
}

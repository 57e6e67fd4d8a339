// A button with a sheet of things to do. Escape, a click elsewhere, or a choice closes it.

import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

interface MenuProps {
  label: ComponentChildren
  name: string
  class?: string
  children: ComponentChildren
}

export function Menu({ label, name, class: kind, children }: MenuProps) {
  const [isOpen, open] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return
    const outside = (event: Event): void => {
      if (!place.current?.contains(event.target as Node)) open(false)
    }
    document.addEventListener('pointerdown', outside)
    document.addEventListener('focusin', outside)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('focusin', outside)
    }
  }, [isOpen])
  const close = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !isOpen) return
    event.stopPropagation()
    open(false)
    place.current?.querySelector('button')?.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the sheet, wherever in it the focus is
    <div class="menu" ref={place} onKeyDown={close}>
      <button
        type="button"
        class={kind ?? ''}
        aria-expanded={isOpen}
        aria-label={name}
        title={name}
        onClick={() => open(!isOpen)}
      >
        {label}
      </button>
      {isOpen && (
        // biome-ignore lint/a11y/noStaticElementInteractions: what is chosen closes the sheet, and the buttons in it are what is chosen
        // biome-ignore lint/a11y/useKeyWithClickEvents: a key on one of its buttons is a click too
        <div
          class="sheet"
          onClick={(event) => {
            if ((event.target as Element).closest('button, a')) open(false)
          }}
        >
          {children}
        </div>
      )}
    </div>
  )
}

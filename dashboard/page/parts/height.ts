// The height of a bar as a property of the style sheet: the drawer and a panel that fills the page lie between the bars.

import type { RefCallback } from 'preact'
import { useCallback } from 'preact/hooks'

/** @returns the reference of the element whose height the property is, as it changes */
export function useHeight(property: `--${string}`): RefCallback<HTMLElement> {
  return useCallback(
    (element) => {
      if (element === null) return
      const observer = new ResizeObserver(() => {
        document.documentElement.style.setProperty(property, `${element.offsetHeight}px`)
      })
      observer.observe(element)
      return () => observer.disconnect()
    },
    [property],
  )
}

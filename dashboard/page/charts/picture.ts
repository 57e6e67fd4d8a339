// A panel as an SVG that stands alone: its drawings with the colours that the style sheet gave them, and its texts and fields
// where they lie on the screen. Nothing in it leads elsewhere.

const NAMESPACE = 'http://www.w3.org/2000/svg'
const STYLED = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'opacity', 'fill-opacity']
const LETTERED = ['font-size', 'font-weight', 'text-anchor']

const make = (name: string, attributes: Record<string, string | number>): SVGElement => {
  const element = document.createElementNS(NAMESPACE, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  return element
}

export function pictureOf(panel: Element): string {
  const box = panel.getBoundingClientRect()
  const whole = getComputedStyle(panel)
  const root = make('svg', {
    width: box.width,
    height: box.height,
    viewBox: `0 0 ${box.width} ${box.height}`,
    'font-family': whole.fontFamily.replaceAll('"', "'"),
  })
  root.append(make('rect', { width: '100%', height: '100%', rx: 8, fill: whole.backgroundColor }))
  draw(panel, root, box)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}`
}

/** What is for hands and for screen readers alone is left out. */
const LEFT_OUT = '.menu, .filters, .sr, .sheet, .over, .why, dialog'

function draw(element: Element, into: SVGElement, box: DOMRect): void {
  for (const child of element.childNodes) {
    if (child instanceof Text) write(child, into, box)
    else if (child instanceof SVGSVGElement) into.append(drawing(child, box))
    else if (child instanceof HTMLElement && !child.matches(LEFT_OUT)) {
      field(child, into, box)
      draw(child, into, box)
    }
  }
}

function field(element: HTMLElement, into: SVGElement, box: DOMRect): void {
  const { backgroundColor: fill, borderRadius } = getComputedStyle(element)
  const { left, top, width, height } = element.getBoundingClientRect()
  if (fill === 'rgba(0, 0, 0, 0)' || width === 0) return
  into.append(
    make('rect', { x: left - box.left, y: top - box.top, width, height, rx: Number.parseFloat(borderRadius), fill }),
  )
}

function write(text: Text, into: SVGElement, box: DOMRect): void {
  const words = text.data.trim()
  const parent = text.parentElement
  if (words === '' || parent === null) return
  const range = document.createRange()
  range.selectNodeContents(text)
  const { left, top, bottom, height } = range.getBoundingClientRect()
  if (height === 0 || top > box.bottom || bottom < box.top) return
  const { color, fontSize, fontWeight } = getComputedStyle(parent)
  const size = Number.parseFloat(fontSize)
  // The baseline of a line of text lies about a third of its size below the middle.
  const y = (top + bottom) / 2 - box.top + size * 0.35
  const line = make('text', { x: left - box.left, y, fill: color, 'font-size': fontSize, 'font-weight': fontWeight })
  line.textContent = words
  into.append(line)
}

function drawing(svg: SVGSVGElement, box: DOMRect): SVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement
  const [originals, copies] = [svg, copy].map((whole) => [...whole.querySelectorAll('*')])
  for (const [place, original] of originals?.entries() ?? []) {
    const styled = getComputedStyle(original)
    const copied = copies?.[place]
    if (original.closest('.over')) continue
    const names = original instanceof SVGTextElement ? [...STYLED, ...LETTERED] : STYLED
    for (const name of names) copied?.setAttribute(name, styled.getPropertyValue(name))
    copied?.removeAttribute('class')
  }
  for (const over of copy.querySelectorAll('.over')) over.remove()
  const { left, top, width, height } = svg.getBoundingClientRect()
  for (const name of ['class', 'role', 'aria-label', 'style']) copy.removeAttribute(name)
  for (const [name, value] of Object.entries({ x: left - box.left, y: top - box.top, width, height }))
    copy.setAttribute(name, String(value))
  copy.setAttribute('overflow', 'visible')
  return copy
}

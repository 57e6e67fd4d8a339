// The few signs of the page, drawn alike.

const PATHS = {
  reset: 'M3 2h2v12H3zM14 2v12L6 8z',
  back: 'M11 2v12L3 8z',
  play: 'M4 2v12l9-6z',
  pause: 'M3 2h4v12H3zM9 2h4v12H9z',
  step: 'M5 2v12l8-6z',
  close: 'M3.4 2 8 6.6 12.6 2 14 3.4 9.4 8 14 12.6 12.6 14 8 9.4 3.4 14 2 12.6 6.6 8 2 3.4z',
  dots: 'M2 6.5h3v3H2zM6.5 6.5h3v3h-3zM11 6.5h3v3h-3z',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ of }: { of: IconName }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[of]} />
    </svg>
  )
}

/** The mark of a kind of event; what went wrong differs in shape and not in hue alone. */
export function Mark({ type, bad }: { type: string; bad: boolean }) {
  return (
    <svg class="mark" viewBox="0 0 12 12" aria-hidden="true">
      {type === 'session_started' && <path class="fill-bar" d="M3 2v8l6-4z" />}
      {type === 'session_completed' &&
        (bad ? <circle class="ring" cx="6" cy="6" r="3.5" /> : <circle class="fill-is" cx="6" cy="6" r="4" />)}
      {type === 'ib_call_logged' && <path class={bad ? 'fill-trouble' : 'fill-bar'} d="M6 1l5 5-5 5-5-5z" />}
      {type === 'customer_health_update' && (
        <path
          class={bad ? 'fill-trouble' : 'fill-bar'}
          d="M6 10.5 1.7 6.2a2.6 2.6 0 0 1 3.7-3.7L6 3.2l.6-.7a2.6 2.6 0 0 1 3.7 3.7z"
        />
      )}
      {type === 'tutor_availability_updated' && <path class="fill-bar" d="M2 2h8v8H2z" />}
      {type === 'supply_demand_update' && (
        <path class={bad ? 'fill-trouble' : 'fill-bar'} d="M1 10V6h2.5v4zM4.8 10V2h2.5v8zM8.5 10V4.5H11V10z" />
      )}
    </svg>
  )
}

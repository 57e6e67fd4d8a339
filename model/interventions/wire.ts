// Interventions on the wire: which events come twice, damaged, late or not at all. Each event's own id decides, so it is the
// same in every run and for every target.

import { type Fate, parseDuration, type Wire } from '../../engine/index.ts'
import { type Intervention, LATE_DEFAULT } from './intervention.ts'
import { KINDS, type Kind } from './kinds.ts'

const FATES: Partial<Record<Kind, Fate>> = {
  drops: 'dropped',
  malformed: 'malformed',
  duplicates: 'duplicated',
  delays: 'delayed',
}
/** An event has one fate: what is dropped is neither damaged nor doubled nor late. */
const ORDER: readonly Kind[] = ['drops', 'malformed', 'duplicates', 'delays']

/** Those of the interventions that concern the wire alone. */
export function onWire<One extends Pick<Intervention, 'kind'>>(interventions: readonly One[]): One[] {
  return interventions
    .filter(({ kind }) => KINDS[kind].on === 'wire')
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
}

/** What they do to an event, and which of them does it. @param interventions of `onWire` */
export function wireOf<One extends Intervention>(
  interventions: readonly One[],
): Wire & { cause(id: string, instant: number): One | undefined } {
  const cause = (id: string, instant: number): One | undefined =>
    interventions.find((one) => markOf(id, one.kind) < shareAt(one, instant))
  return {
    lateMillisecondsMax: Math.max(0, ...interventions.map(lateMillisecondsMax)),
    cause,
    fate(id, instant) {
      const one = cause(id, instant)
      return one === undefined ? 'whole' : (FATES[one.kind] as Fate)
    },
    lateMilliseconds(id, instant) {
      const one = cause(id, instant)
      return one ? 1 + Math.floor(markOf(id, 'late') * lateMillisecondsMax(one)) : 0
    },
  }
}

/** How late an event can come at the most: each has a chance of its own between nothing and that. */
function lateMillisecondsMax({ kind, late = LATE_DEFAULT }: Intervention): number {
  return kind === 'delays' ? (parseDuration(late) as number) : 0
}

/** The share of events that it concerns at an instant. */
function shareAt({ from, until = Number.POSITIVE_INFINITY, shape, size }: Intervention, instant: number): number {
  if (instant < from || instant >= until) return 0
  const part = (instant - from) / (until - from)
  if (shape === 'ramp') return size * part
  return shape === 'pulse' ? size * (1 - Math.abs(2 * part - 1)) : size
}

/** The event's own place in [0, 1), another for each purpose: FNV-1a with the last step of MurmurHash3. */
function markOf(id: string, purpose: string): number {
  let hash = 0x811c9dc5
  for (const text of [purpose, ' ', id])
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000
}

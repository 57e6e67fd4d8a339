// What the tiles of the dashboard have to show at an instant, counted from the events of a stream alone, from its birth on.

const DAY = 86_400_000
/** Eastern clocks in January. */
const BEHIND = 5 * 3_600_000
const SCORES_COUNT_FOR = 30 * DAY
const REASONS = ['scheduling_issue', 'technical_problem', 'tutor_concern', 'billing_question', 'general_inquiry']

interface Told {
  event_id: string
  event_type: string
  payload: Record<string, string | number | boolean>
}

export function figuresAt(events: readonly Told[], at: number) {
  const midnight = Math.floor((at - BEHIND) / DAY) * DAY + BEHIND
  const underWay = new Set<unknown>()
  const risks = new Map<unknown, { risk: unknown; toldAt: number }>()
  const markets = new Map<string, unknown>()
  const reasons = REASONS.map(() => 0)
  let [ended, well, calls] = [0, 0, 0]
  let newest = ''
  for (const { event_id, event_type, payload } of events) {
    const toldAt = Date.parse(String(payload.timestamp))
    if (toldAt > at) break
    newest = event_id
    if (event_type === 'session_started') underWay.add(payload.session_id)
    if (event_type === 'session_completed') {
      underWay.delete(payload.session_id)
      if (toldAt >= midnight) ended += 1
      if (toldAt >= midnight && payload.completed_successfully === true) well += 1
    }
    if (event_type === 'ib_call_logged' && toldAt >= midnight) {
      calls += 1
      const place = REASONS.indexOf(String(payload.reason))
      reasons[place] = (reasons[place] ?? 0) + 1
    }
    if (event_type === 'customer_health_update') risks.set(payload.student_id, { risk: payload.churn_risk, toldAt })
    if (event_type === 'supply_demand_update')
      markets.set(`${payload.subject}/${payload.region}`, payload.balance_status)
  }
  const high = [...risks.values()].filter(({ risk, toldAt }) => risk === 'high' && toldAt > at - SCORES_COUNT_FOR)
  const short = [...markets.values()].filter((balance) => balance === 'high_demand')
  return {
    underWay: String(underWay.size),
    success: ended === 0 ? '– %' : `${((100 * well) / ended).toFixed(1)} %`,
    calls: String(calls),
    highRisk: String(high.length),
    short: `${short.length} of 45`,
    newest,
    reasons,
  }
}

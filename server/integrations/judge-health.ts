import type { IntegrationHealth, Manners } from '#schema/sync-health.ts'
import type { IntegrationRow } from './store.ts'

export type Facts = {
  row: Pick<IntegrationRow, 'state' | 'state_detail' | 'failing_since' | 'last_success_at'>
  window: Manners['window']
  completeUntil: Date | null
  /** Waiting for an admin. */
  brakes: number
  /** Why the newest failed run failed. */
  failure: { detail: string } | undefined
  now: Date
}

const MINUTE_MS = 60_000
/** Runs come every five minutes; so much behind is late. */
const LATE_MS = 30 * MINUTE_MS
/** Where runs start at certain hours alone. */
const LATE_IN_WINDOW_MS = 26 * 60 * MINUTE_MS

/** The state, the most pressing first, in one sentence that says what is and what to do. */
export function judgeHealth(facts: Facts): Pick<IntegrationHealth, 'state' | 'summary'> {
  const { row, brakes, completeUntil, now } = facts
  if (row.state !== 'connected') return { state: 'failing', summary: row.state_detail ?? brokenSummary(row.state) }
  if (row.failing_since !== null) {
    const why = facts.failure?.detail ?? 'See the history for why.'
    return { state: 'failing', summary: `Syncs fail since ${when(row.failing_since)}. ${why}` }
  }
  if (brakes > 0) {
    const what = brakes === 1 ? 'it' : `each of ${brakes} lists`
    return { state: 'waiting', summary: `So much is missing at once that an admin must confirm or reject ${what}.` }
  }
  if (row.last_success_at === null || completeUntil === null)
    return { state: 'new', summary: 'The first sync is not complete yet.' }
  const lag = now.getTime() - completeUntil.getTime()
  if (lag > (facts.window === null || facts.window === undefined ? LATE_MS : LATE_IN_WINDOW_MS))
    return {
      state: 'late',
      summary: `Changes in Confluence after ${when(completeUntil)} may be missing: no sync came through since. Start one, or look at its limits.`,
    }
  return { state: 'ok', summary: `Everything up to ${when(completeUntil)} is here.` }
}

function brokenSummary(state: string): string {
  return state === 'unreachable'
    ? 'Confluence cannot be reached.'
    : 'The API key does not work. Enter a new one under Edit, Authentication.'
}

/** UTC, to the minute: the web shows moments in the reader's own time beside it. */
function when(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

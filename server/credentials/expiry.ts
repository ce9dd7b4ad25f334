/** Expiry judged by the clock alone: pure, so that what is shown, what is refused and who is reminded agree. */
import type { CredentialState } from '#schema/credential.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Days before the expiry at which people are reminded, the nearest first; 0 = it has expired. */
export const REMINDER_DAYS = [0, 1, 7, 14, 30] as const

const SOON_DAYS = 30

export type ExpiryState = Exclude<CredentialState, 'needs-re-entry'>

/** `expired` from the very moment on; `expires-soon` within the 30 days before; no date never expires. */
export function expiryState(now: Date, expiresAt: Date | null): ExpiryState {
  if (expiresAt === null) return 'ok'
  const leftMs = expiresAt.getTime() - now.getTime()
  if (leftMs <= 0) return 'expired'
  return leftMs <= SOON_DAYS * DAY_MS ? 'expires-soon' : 'ok'
}

/** The latest expiry for which each step is due now, in the order of REMINDER_DAYS. */
export function reminderLimits(now: Date): Date[] {
  return REMINDER_DAYS.map((days) => new Date(now.getTime() + days * DAY_MS))
}

/** Days until then, rounded up: half a day is 1; 0 = it has passed. */
export function daysLeft(now: Date, expiresAt: Date): number {
  return Math.max(0, Math.ceil((expiresAt.getTime() - now.getTime()) / DAY_MS))
}

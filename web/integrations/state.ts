import type { Integration, RunMode, RunStatus } from '#schema/integration.ts'
import type { SourceAccount } from '#schema/read-access.ts'
import type { Brake, HiddenDocument, IntegrationHealth } from '#schema/sync-health.ts'
import { isBusy } from '../api/integrations.ts'
import { count, daysUntil } from '../ui/format.ts'

type Badge = { label: string; color: string; busy?: boolean }

const remindDays = 30

/** What an integration's badges say, the most pressing first. */
export function badgesOf(integration: Integration, now: number = Date.now()): Badge[] {
  const expiry = expiryBadge(integration.apiKeyExpiresAt, now)
  return [...stateBadges(integration), ...(expiry === undefined ? [] : [expiry])]
}

function stateBadges({ state, lastRun }: Integration): Badge[] {
  const syncing: Badge[] = isBusy(lastRun) ? [{ label: 'Syncing', color: 'water', busy: true }] : []
  switch (state) {
    case 'connected':
      return syncing.length > 0 ? syncing : [{ label: 'Connected', color: 'green' }]
    case 'key-rejected':
      return [{ label: 'Key rejected', color: 'red' }, ...syncing]
    case 'unreachable':
      return [{ label: 'Unreachable', color: 'orange' }, ...syncing]
    case 'needs-re-entry':
      return [{ label: 'Key must be given again', color: 'red' }]
    default:
      return state satisfies never
  }
}

function expiryBadge(expiresAt: string | null, now: number): Badge | undefined {
  if (expiresAt === null) return undefined
  const days = daysUntil(expiresAt, now)
  if (days < 0) return { label: 'Key expired', color: 'red' }
  if (days === 0) return { label: 'Key expires today', color: 'red' }
  if (days > remindDays) return undefined
  return { label: `Key expires in ${count(days, 'day')}`, color: days <= 7 ? 'orange' : 'yellow' }
}

/** Why a sync cannot be started now; undefined when it can. */
export function syncBarrier({ state, lastRun }: Integration): string | undefined {
  if (isBusy(lastRun)) return 'A sync is running already.'
  if (state === 'key-rejected') return 'Confluence refuses the API key. Give a new one under Edit, Authentication.'
  if (state === 'needs-re-entry') return 'The API key must be given again under Edit, Authentication.'
  return undefined
}

export const modeNames: Record<RunMode, string> = {
  full: 'Full sync',
  incremental: 'Changes',
  sweep: 'Sweep',
}

export const statusLooks: Record<RunStatus, { label: string; color: string }> = {
  queued: { label: 'Waiting', color: 'gray' },
  running: { label: 'Running', color: 'water' },
  succeeded: { label: 'Succeeded', color: 'green' },
  failed: { label: 'Failed', color: 'red' },
  stopped: { label: 'Stopped', color: 'orange' },
}

export const healthLooks: Record<IntegrationHealth['state'], { label: string; color: string }> = {
  ok: { label: 'In step', color: 'green' },
  late: { label: 'Late', color: 'yellow' },
  failing: { label: 'Failing', color: 'red' },
  waiting: { label: 'Needs a decision', color: 'orange' },
  new: { label: 'First sync', color: 'gray' },
}

export const brakeLooks: Record<Brake['state'], { label: string; color: string }> = {
  waiting: { label: 'Waiting for a decision', color: 'orange' },
  confirmed: { label: 'Confirmed', color: 'gray' },
  rejected: { label: 'Rejected', color: 'gray' },
  over: { label: 'Over', color: 'gray' },
}

/** One of what would go. */
export const brakeNouns: Record<Brake['reason'], string> = {
  vanished: 'document',
  'lost-access': 'document',
  attachments: 'attachment',
  'footer-comments': 'comment',
  'inline-comments': 'inline comment',
}

export const hiddenReasons: Record<HiddenDocument['reason'], string> = {
  trashed: 'In Confluence’s trash',
  'lost-access': 'The key no longer sees it',
  unselected: 'Its space is not chosen',
}

/** A code such as `space-visible` as people read it: "Space visible". */
export function humanise(code: string): string {
  const words = code.replaceAll(/[-_.]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The host of an integration's address, for lists. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}

/** What an integration's address ends with where its people are shown. */
export const peopleHash = 'people'

/** An account that was never told of has no name: it is shown by its id. */
export function nameOf({ name, accountId }: Pick<SourceAccount, 'name' | 'accountId'>): string {
  return name === '' ? accountId : name
}

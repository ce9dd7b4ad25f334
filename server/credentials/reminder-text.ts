/** What a reminder says: which credential, when, what follows, and where to act. Never anything of the secret. */
import type { ExpiryPolicy } from '#schema/credential.ts'
import { daysLeft, expiryState } from './expiry.ts'
import type { News } from './notifications.ts'

/** A credential that expires. `remind`: ids of people. `integration`: whose API key it is. */
export type Reminded = {
  name: string
  expiresAt: Date
  policy: ExpiryPolicy
  remind: string[]
  integration: { id: string; name: string } | undefined
  space: { id: string; key: string; name: string } | undefined
}

export function reminderText(credential: Reminded, now: Date): News {
  const { name, expiresAt, integration } = credential
  const isOver = expiryState(now, expiresAt) === 'expired'
  const what =
    integration === undefined ? `Credential "${name}"` : `The API key of the integration "${integration.name}"`
  return {
    kind: isOver ? 'credential-expired' : 'credential-expires',
    title: `${what} ${isOver ? 'has expired' : `expires ${inDays(daysLeft(now, expiresAt))}`}`,
    text: `It ${isOver ? 'expired' : 'expires'} on ${inUtc(expiresAt)}. ${whatFollows(credential, isOver)}`,
    link: linkTo(credential),
  }
}

function inDays(days: number): string {
  return days <= 1 ? 'within a day' : `in ${days} days`
}

/** "2026-12-01, 09:30 UTC". */
function inUtc(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ', ')} UTC`
}

function whatFollows({ integration, space, policy }: Reminded, isOver: boolean): string {
  if (integration !== undefined)
    return isOver
      ? 'Syncs stop as soon as it is refused. Make a new one and enter it at the integration.'
      : 'After that, syncs stop. Make a new one in time and enter it at the integration.'
  const where = space === undefined ? 'It is a global credential.' : `It belongs to the space "${space.name}".`
  const effect = policy === 'block' ? 'it is not sent any more' : 'it is still sent, but marked as expired'
  return `${isOver ? 'Since then' : 'From then on'} ${effect}. ${where} Renew it, or change its expiry date.`
}

function linkTo({ integration, space }: Reminded): string {
  if (integration !== undefined) return `/settings/integrations/${integration.id}`
  if (space !== undefined) return `/spaces/${encodeURIComponent(space.key)}/settings/credentials`
  return '/settings/credentials'
}

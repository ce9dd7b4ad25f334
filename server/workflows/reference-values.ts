/** What each reference stands for. A name is looked up here and nowhere else: no object is walked by what somebody typed. */
import type { Facts } from './facts.ts'

/** null: there is none for this event. */
export type Value = string | number | readonly string[] | null

export function valueOf(name: string, facts: Facts): Value {
  return VALUES.get(name)?.(facts) ?? null
}

type Read = (facts: Facts) => Value | undefined

const VALUES: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['event.id', ({ event }) => event.id],
  ['event.type', ({ event }) => event.type],
  ['event.at', ({ event }) => event.at.toISOString()],
  ['workflow.id', ({ workflow }) => workflow.id],
  ['workflow.name', ({ workflow }) => workflow.name],
  ['page.id', ({ page }) => page?.id],
  ['page.externalId', ({ page }) => page?.externalId],
  ['page.title', ({ page }) => page?.title],
  ['page.type', ({ page }) => page?.type],
  ['page.url', ({ page }) => page?.url],
  ['page.version', ({ page }) => page?.version],
  ['page.labels', ({ page }) => page?.labels],
  ['page.author', ({ page }) => page?.author],
  ['page.status', ({ pageStatus }) => pageStatus],
  ['space.key', ({ page }) => page?.space.key],
  ['space.name', ({ page }) => page?.space.name],
  ['changed', ({ changed }) => changed],
  ['status.from', ({ status }) => status?.from],
  ['status.to', ({ status }) => status?.to],
  ['transition.name', ({ transition }) => transition?.name],
  ['transition.comment', ({ transition }) => transition?.comment],
  ['user.id', ({ user }) => user?.id],
  ['user.name', ({ user }) => user?.name],
  ['user.email', ({ user }) => user?.email],
  ['credential.name', ({ credential }) => credential?.name],
  ['credential.expiresAt', ({ credential }) => credential?.expiresAt.toISOString()],
  ['credential.daysLeft', ({ credential }) => credential?.daysLeft],
  ['sync.integration', ({ sync }) => sync?.integration],
  ['sync.code', ({ sync }) => sync?.code],
])

import { z } from 'zod'
import { ConfluenceSettings, type IntegrationChange } from '#schema/integration.ts'
import type { Config } from '#server/config.ts'
import { cloudSite, dataCenterSite, type Site } from '#server/connectors/confluence/address.ts'
import { isClearTextRisk } from '#server/credentials/connection.ts'
import { Problem } from '#server/platform/problem.ts'

/** What an integration's row keeps of its settings: normalised, with what the check found out. */
export const StoredSettings = z.object({
  deployment: z.enum(['cloud', 'data-center']),
  /** The site's origin; on Data Center with its context path. */
  url: z.string(),
  /** Empty where the key is a personal access token. */
  username: z.string(),
  spaces: z.union([z.literal('all'), z.array(z.string())]),
  /** Where the REST API is called. */
  base: z.string(),
  gateway: z.boolean(),
  // Stored before there were locks: as it was, until an admin chooses otherwise.
  readers: ConfluenceSettings.shape.readers.removeDefault().default('members'),
  quarantineDays: ConfluenceSettings.shape.quarantineDays,
  attachmentMegabytes: ConfluenceSettings.shape.attachmentMegabytes,
  manners: ConfluenceSettings.shape.manners,
})
export type StoredSettings = z.infer<typeof StoredSettings>

/** What may change without the connection being checked anew. */
const TUNING = ['readers', 'quarantineDays', 'attachmentMegabytes', 'manners'] as const
export type Tuning = Pick<StoredSettings, (typeof TUNING)[number]>

/** The given parts of the settings that need no check; none = nothing to write. */
export function givenTuning(settings: IntegrationChange['settings']): Partial<Tuning> {
  return Object.fromEntries(TUNING.flatMap((key) => (settings?.[key] === undefined ? [] : [[key, settings[key]]])))
}

/** Normalises what a person typed, or throws a 422 Problem that names the field. */
export function readSettings(
  config: Config,
  settings: Pick<ConfluenceSettings, 'deployment' | 'url' | 'username'>,
): { site: Site; username: string } {
  const { username = '' } = settings
  if (username === '' && settings.deployment === 'cloud')
    throw fieldProblem(
      'settings.username',
      'invalid-request',
      'Give the username: the e-mail address of the Atlassian account.',
    )
  if (username.includes(':') || /\p{Cc}/u.test(username))
    throw fieldProblem('settings.username', 'invalid-request', 'A username has no colon and no control characters.')
  const site = siteOf(settings)
  if (site.origin.startsWith('http:') && isClearTextRisk(config.egressAllow, site.origin))
    throw fieldProblem(
      'settings.url',
      'insecure-address',
      `The key would travel unencrypted to ${site.origin}. Use https, or let the operator list ${new URL(site.origin).host} in LOCKKEEPER_EGRESS_ALLOW.`,
    )
  return { site, username }
}

/** The address, typed or stored, as its deployment reads it. */
export function siteOf({ deployment, url }: Pick<ConfluenceSettings, 'deployment' | 'url'>): Site {
  return deployment === 'cloud' ? cloudSite(url) : dataCenterSite(url)
}

/** The only places the key may be sent to: the site, and of Cloud the vendor's gateway for scoped keys. */
export function connectionDomains(
  config: Config,
  deployment: ConfluenceSettings['deployment'],
  site: Site,
): { domains: string[]; allowHttp: boolean } {
  const hosts = new Set([new URL(site.origin).host])
  if (deployment === 'cloud') hosts.add(new URL(config.confluenceGateway).host)
  return { domains: [...hosts], allowHttp: site.origin.startsWith('http:') }
}

/** Whether both lead to the same place as the same account, reading the same spaces. */
export function isSameConnection(one: StoredSettings, other: StoredSettings): boolean {
  return (
    one.deployment === other.deployment &&
    one.url === other.url &&
    one.username === other.username &&
    one.spaces.toString() === other.spaces.toString() &&
    one.base === other.base
  )
}

function fieldProblem(path: string, code: string, message: string): Problem {
  return new Problem(422, code, message, { errors: [{ path, message }] })
}

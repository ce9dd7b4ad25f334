import type { By, Credential, CredentialKind, Level, UsedBy } from '#schema/credential.ts'
import { Level as Levels } from '#schema/credential.ts'
import { daysUntil } from '../ui/format.ts'

export const kindNames: Record<CredentialKind, string> = { basic: 'Basic', bearer: 'Bearer', custom: 'Custom header' }

/** What each kind is, in a sentence. */
export const kindHelp: Record<CredentialKind, string> = {
  basic: 'A username and a password, sent together as HTTP Basic authentication (RFC 7617, UTF-8).',
  bearer: 'A token, such as an API key or an access token, sent after the word Bearer.',
  custom: 'A header of your choice with a value, such as X-Api-Key, for systems with a way of their own.',
}

export const levelNames: Record<Level, string> = {
  use: 'Use',
  view: 'View',
  edit: 'Edit',
  administrate: 'Administrate',
}

/** The effect of each level; each includes those before it. */
export const levelHelp: Record<Level, string> = {
  use: 'It may be sent in their name. They do not see it here.',
  view: 'They also see it here, pick it and test it; never its secret.',
  edit: 'They also change its name, value and expiry.',
  administrate: 'They also change its permissions and domains, and delete it.',
}

export const levels = Levels.options

export function reaches(level: Level, needed: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf(needed)
}

type Badge = { label: string; color: string }

/** The state in a few words. */
export function stateBadge({ state, expiresAt }: Pick<Credential, 'state' | 'expiresAt'>, now = Date.now()): Badge {
  switch (state) {
    case 'ok':
      return { label: 'OK', color: 'green' }
    case 'expires-soon':
      return { label: expiresIn(expiresAt === null ? 0 : daysUntil(expiresAt, now)), color: 'orange' }
    case 'expired':
      return { label: 'Expired', color: 'red' }
    case 'needs-re-entry':
      return { label: 'Needs re-entry', color: 'red' }
    default:
      throw new Error(`unknown state ${String(state satisfies never)}`)
  }
}

function expiresIn(days: number): string {
  if (days < 1) return 'Expires today'
  return days === 1 ? 'Expires in 1 day' : `Expires in ${days} days`
}

/** `Authorization: Basic ••••`: the header as it is sent, the secret masked. */
export function headerPreview(kind: CredentialKind, header: string): string {
  const secret = '••••••••'
  if (kind === 'custom') return `${header.trim() === '' ? 'Header-Name' : header.trim()}: ${secret}`
  return `Authorization: ${kind === 'basic' ? 'Basic' : 'Bearer'} ${secret}`
}

export function nameOf({ id, name }: By): string {
  return name ?? (id === 'system' ? 'Lockkeeper' : 'somebody who is gone')
}

/** What people call the fields of a version. */
export function fieldWords(fields: readonly string[]): string {
  const words = fields.map((field) => fieldNames[field] ?? field).join(', ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const fieldNames: Record<string, string> = {
  allowHttp: 'http allowed or not',
  expiresAt: 'expiry date',
  expiryPolicy: 'what happens on expiry',
  remind: 'whom to remind',
  grants: 'permissions',
}

/** `Workflow “Publish” in DOCS`; deliveries say themselves how many they are and of which workflow. */
export function wordsOfUse({ kind, name, space }: Pick<UsedBy, 'kind' | 'name' | 'space'>): string {
  const where = space === null ? '' : ` in ${space}`
  return kind === 'delivery'
    ? `${name}${where}`
    : `${kind === 'workflow' ? 'Workflow' : 'Integration'} “${name}”${where}`
}

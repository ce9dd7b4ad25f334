/** Credentials and scopes as lines for people. */
import type {
  Credential,
  EffectiveAccess,
  Grants,
  ImportReport,
  RegeneratePreview,
  ScopeState,
  Usage,
  UsedBy,
} from '#schema/credential.ts'
import { table } from './table.ts'

export function printCredentials(credentials: readonly Credential[]): string {
  const rows = credentials.map(({ id, name, kind, state, domains }) => [
    id,
    name,
    kind,
    state,
    domains.map(({ entry }) => entry).join(', '),
  ])
  return table(rows, 'There is none that you may see.')
}

export function printCredential(credential: Credential): string {
  const { id, scope, name, kind, username, header, domains, allowHttp, version } = credential
  const { expiresAt, expiryPolicy, remind, state, stateDetail, updatedAt, updatedBy, notes = [] } = credential
  const lines: [string, string | null][] = [
    ['id', id],
    ['name', name],
    ['scope', scope],
    ['kind', kind],
    ['username', username],
    ['header', header],
    ['secret', '[secret]'],
    ['domains', domains.map(({ entry }) => entry).join(', ')],
    ['http', allowHttp ? 'allowed' : 'refused'],
    ['expires', expiresAt === null ? 'never' : `${expiresAt}, then ${expiryPolicy}`],
    ['reminded', remind.length === 0 ? 'admins of the scope' : remind.map((by) => by.name ?? by.id).join(', ')],
    ['state', stateDetail === null ? state : `${state}: ${stateDetail}`],
    ['version', `${version}, ${updatedAt} by ${updatedBy.name ?? updatedBy.id}`],
    ['last used', lastUseOf(credential)],
    ...notes.map((note): [string, string] => ['note', note]),
  ]
  return table(
    lines.flatMap(([label, value]) => (value === null ? [] : [[label, value]])),
    '',
  )
}

export function printUsage(usage: Usage): string {
  const { usedBy, hidden } = usage
  const more = hidden === 0 ? [] : [`and ${hidden} more that you may not see`]
  const lines = [...usedBy.map(printUse), ...more]
  return `${lines.length === 0 ? 'Nothing uses it.' : `Used by:\n${indent(lines)}`}\nLast used: ${lastUseOf(usage) ?? 'never'}`
}

function printUse({ kind, name, space }: UsedBy): string {
  return `${kind === 'delivery' ? '' : `${kind} `}${name}${space === null ? '' : ` (space ${space})`}`
}

export function printGrants({ grants, version }: Grants): string {
  const rows = grants.map(({ level, principal, name }) => [level, principal, name ?? ''])
  return `${table(rows, 'Nobody but the admins of its scope.')}\nversion ${version}`
}

export function printAccess({ user, level, reasons }: EffectiveAccess): string {
  const lines = reasons.map((reason) => `${reason.level}: ${reason.because}`)
  return [`${user.name ?? user.id}: ${level ?? 'nothing'}`, indent(lines)].filter((line) => line !== '').join('\n')
}

export function printScopes(scopes: readonly ScopeState[]): string {
  const rows = scopes.map(({ scope, name, key, credentials }) => [
    scope,
    name,
    key === null ? 'no token yet' : `token ${key.fingerprint}, version ${key.version}, ${key.createdAt}`,
    `${credentials} credentials`,
    key?.rotation == null ? '' : `rotating: ${key.rotation.done} of ${key.rotation.total}`,
  ])
  return table(rows, 'There is none that you may see.')
}

export function printPreview({ scope, credentials, hiddenUses }: RegeneratePreview): string {
  const lines = credentials.flatMap(({ name, usedBy, hidden }) => [
    name,
    ...usedBy.map((use) => `  breaks ${printUse(use)}`),
    ...(hidden === 0 ? [] : [`  breaks ${hidden} more that you may not see`]),
  ])
  const what = `${credentials.length} credentials${hiddenUses === 0 ? '' : `, used in ${hiddenUses} more places that you may not see`}`
  return [`Re-generating destroys the token of ${scope} and ${what}.`, indent(lines)].filter(Boolean).join('\n')
}

export function printImport({ dryRun, items }: ImportReport): string {
  const rows = items.map(({ outcome, name, newName, reason }) => [outcome, name, newName ?? reason ?? ''])
  const end = dryRun ? 'Nothing was written: this is what would happen. Add --write.' : 'Written.'
  return `${table(rows, 'The file holds no credential.')}\n${end}`
}

function lastUseOf({
  lastUsedAt,
  lastUsedHost,
  lastUsedBy,
}: Pick<Usage, 'lastUsedAt' | 'lastUsedHost' | 'lastUsedBy'>) {
  return lastUsedAt === null ? null : `${lastUsedAt}, ${lastUsedHost ?? ''}, ${lastUsedBy ?? ''}`
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n')
}

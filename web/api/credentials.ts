import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { pageOf } from '#schema/common.ts'
import {
  Credential,
  type CredentialChange,
  CredentialTestResult,
  CredentialVersion,
  type DomainsChange,
  type DomainsCheck,
  DomainsVerdict,
  EffectiveAccess,
  Grants,
  type GrantsChange,
  ImportReport,
  type ImportCredentials,
  type NewCredential,
  RegeneratePreview,
  Regenerated,
  ScopeKey,
  ScopeState,
  Usage,
} from '#schema/credential.ts'
import { Nothing, get, send, sendForFile } from './client.ts'
import { paged } from './paged.ts'

const rotationPollMs = 1_000

/** The scopes that the caller may see: global stands first. */
export const scopesQuery = queryOptions({
  queryKey: ['scopes', 'list'],
  staleTime: 30_000,
  queryFn: async () => (await get('/scopes', pageOf(ScopeState), { limit: 250 })).items,
})

/** Asked again every second while the key is being rotated. */
export function scopeQuery(scope: string) {
  return queryOptions({
    queryKey: ['scopes', 'one', scope],
    queryFn: () => get(scopePath(scope), ScopeState),
    refetchInterval: ({ state }) => (state.data?.key?.rotation == null ? false : rotationPollMs),
  })
}

export function generateKey(scope: string) {
  return send('POST', `${scopePath(scope)}/key`, undefined, ScopeKey)
}

export function rotateKey(scope: string) {
  return send('POST', `${scopePath(scope)}/key/rotate`, undefined, ScopeState)
}

export function regeneratePreviewQuery(scope: string) {
  return queryOptions({
    queryKey: ['scopes', 'one', scope, 'regenerate'],
    gcTime: 0,
    queryFn: () => get(`${scopePath(scope)}/key/regenerate`, RegeneratePreview),
  })
}

export function regenerateKey(scope: string, confirm: string) {
  return send('POST', `${scopePath(scope)}/key/regenerate`, { confirm }, Regenerated)
}

/** By name; `q` is a part of the name. */
export function credentialsQuery(scope: string, q: string) {
  return infiniteQueryOptions({
    ...paged(['scopes', 'one', scope, 'credentials'], `${scopePath(scope)}/credentials`, pageOf(Credential), { q }),
    placeholderData: (previous) => previous,
  })
}

/** Read anew for each `opening` of a dialog: what is changed there must stand on the newest version. */
export function credentialQuery(id: string, opening: number) {
  return queryOptions({
    queryKey: ['credentials', id, 'opening', opening],
    gcTime: 0,
    queryFn: () => get(credentialPath(id), Credential),
  })
}

export function addCredential(scope: string, input: NewCredential) {
  return send('POST', `${scopePath(scope)}/credentials`, input, Credential)
}

export function changeCredential(id: string, input: CredentialChange) {
  return send('PATCH', credentialPath(id), input, Credential)
}

export function deleteCredential(id: string) {
  return send('DELETE', credentialPath(id), undefined, Nothing)
}

export function grantsQuery(id: string) {
  return queryOptions({
    queryKey: ['credentials', id, 'grants'],
    gcTime: 0,
    queryFn: () => get(`${credentialPath(id)}/grants`, Grants),
  })
}

export function putGrants(id: string, input: GrantsChange) {
  return send('PUT', `${credentialPath(id)}/grants`, input, Nothing)
}

export function accessQuery(id: string, user: string) {
  return queryOptions({
    queryKey: ['credentials', id, 'access', user],
    gcTime: 0,
    queryFn: () => get(`${credentialPath(id)}/access`, EffectiveAccess, { user }),
  })
}

export function putDomains(id: string, input: DomainsChange) {
  return send('PUT', `${credentialPath(id)}/domains`, input, Nothing)
}

/** Judges domains, and a URL against them; nothing is sent anywhere. */
export function checkDomains(scope: string, input: DomainsCheck) {
  return send('POST', `${scopePath(scope)}/domains/check`, input, DomainsVerdict)
}

export function usageQuery(id: string) {
  return queryOptions({
    queryKey: ['credentials', id, 'usage'],
    gcTime: 0,
    queryFn: () => get(`${credentialPath(id)}/usage`, Usage),
  })
}

export function testCredential(id: string, url: string) {
  return send('POST', `${credentialPath(id)}/test`, { url }, CredentialTestResult)
}

export function versionsQuery(id: string) {
  return infiniteQueryOptions({
    ...paged(['credentials', id, 'versions'], `${credentialPath(id)}/versions`, pageOf(CredentialVersion), {
      limit: 20,
    }),
    gcTime: 0,
  })
}

/** Puts back the value before the change that made `version`; `current` is the version that the caller has seen. */
export function restoreVersion(id: string, version: number, current: number) {
  return send('POST', `${credentialPath(id)}/versions/${version}/restore`, { version: current }, Credential)
}

/** `leftOut`: how many could not be opened; `names`: of the first of those. */
export async function exportCredentials(scope: string, passphrase: string) {
  const { blob, name, headers } = await sendForFile(`${scopePath(scope)}/export`, { passphrase })
  const names = (headers.get('x-lockkeeper-left-out-names') ?? '').split(',').filter((text) => text !== '')
  return {
    blob,
    name,
    exported: Number(headers.get('x-lockkeeper-exported') ?? 0),
    leftOut: Number(headers.get('x-lockkeeper-left-out') ?? 0),
    names: names.map(decodeURIComponent),
  }
}

export function importCredentials(scope: string, input: ImportCredentials) {
  return send('POST', `${scopePath(scope)}/import`, input, ImportReport)
}

function scopePath(scope: string): string {
  return `/scopes/${encodeURIComponent(scope)}`
}

function credentialPath(id: string): string {
  return `/credentials/${encodeURIComponent(id)}`
}

/**
 * The only code that opens a secret. It hands out a fetch that checks the address against the credential's domains at every
 * request, adds the header and goes through the guard; the secret itself is given to nobody.
 */
import type { App } from '#server/app.ts'
import type { EgressFetch } from '#server/egress/fetch.ts'
import { Problem } from '#server/platform/problem.ts'
import { open, VaultError } from '#server/vault/vault.ts'
import { matchesDomains } from './domains.ts'
import { headerOf, type Opened } from './kinds/kinds.ts'
import { getCredential } from './store.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch'>

/**
 * A fetch that authenticates with the stored credential. The row is read and the secret opened now; a credential that
 * cannot be opened is Problem `needs-re-entry`. Nothing is ever sent unauthenticated instead.
 */
export async function openCredentialFetch(app: Needs, scope: string, id: string): Promise<EgressFetch> {
  const row = await getCredential(app.db, scope, id)
  if (row.sealed === null) throw needsReEntry(row.name)
  const secret = await openOrReport(app, scope, id, row.name, row.sealed, row.sealed_version)
  return authenticate(app.fetch, { kind: kindOf(row.kind), username: row.username, header: row.header, secret }, row)
}

/** A fetch that authenticates with a secret that is not stored yet: for checking a connection before it is saved. */
export function draftFetch(
  app: Pick<App, 'fetch'>,
  draft: { name: string; username: string; secret: string; domains: string[]; allowHttp: boolean },
): EgressFetch {
  const limits = { name: draft.name, domains: draft.domains, allow_http: draft.allowHttp }
  return authenticate(
    app.fetch,
    { kind: 'basic', username: draft.username, header: null, secret: draft.secret },
    limits,
  )
}

type Limits = { name: string; domains: string[]; allow_http: boolean }

function authenticate(fetch: EgressFetch, opened: Opened, limits: Limits): EgressFetch {
  const [name, value] = headerOf(opened)
  return async (url, init = {}) => {
    const verdict = matchesDomains(url, limits.domains, { allowHttp: limits.allow_http })
    if (!verdict.allowed)
      throw new Problem(
        422,
        'domain-not-allowed',
        `Credential "${limits.name}" may not be sent there. ${verdict.reason}`,
      )
    const others = Object.entries(init.headers ?? {}).filter(([other]) => other.toLowerCase() !== name.toLowerCase())
    return fetch(url, { ...init, headers: { ...Object.fromEntries(others), [name]: value } })
  }
}

async function openOrReport(
  app: Needs,
  scope: string,
  id: string,
  name: string,
  sealed: string,
  version: number,
): Promise<string> {
  try {
    return await open(app, app.db, { scope, id, field: 'secret', version }, sealed)
  } catch (error) {
    if (error instanceof VaultError) throw needsReEntry(name)
    throw error
  }
}

function needsReEntry(name: string): Problem {
  return new Problem(
    409,
    'needs-re-entry',
    `The secret of "${name}" cannot be opened with this server's keys. Enter it again.`,
  )
}

function kindOf(kind: string): Opened['kind'] {
  if (kind === 'basic' || kind === 'bearer' || kind === 'custom') return kind
  throw new Error(`credential of unknown kind ${kind}`)
}

/**
 * The only code that opens a stored secret to send it; a rotation, a change of its limits and an export open it to seal it
 * again. It hands out a fetch that asks at every request whether it may be sent there, adds the header and goes through the
 * guard; the secret itself is given to nobody. Nothing is ever sent unauthenticated instead, and no redirect is followed.
 */
import { findPerson } from '#server/access/actor.ts'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import type { EgressFetch } from '#server/egress/fetch.ts'
import { system, type Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { open, VaultError } from '#server/vault/vault.ts'
import { domainMatcher, type DomainMatcher } from './domains.ts'
import { headerOf, type Opened } from './kinds/kinds.ts'
import { findGrants } from './level.ts'
import { openMask } from './mask.ts'
import { INTEGRATIONS } from './scope.ts'
import { secretContext } from './secret-context.ts'
import { getCredential, type CredentialRow } from './store.ts'
import { openUseLog, type UseLog } from './use-log.ts'
import { judgeExpiry, judgeUse, personGone, type Refusal, type Use } from './use-rules.ts'

export type { Use } from './use-rules.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock'>

/** How long permissions, limits and the opened secret are relied on before all of it is asked for again. */
const RELY_MS = 5_000
/** A rotation may seal the secret anew between reading the row and opening it. */
const OPEN_TRIES = 3

/** `judge`: asks for permissions and limits now, not within five seconds; throws the refusal. `mask`: blanks the secret in a text. */
export type CredentialFetch = EgressFetch & { judge(): Promise<void>; mask(text: string): string }

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * A fetch that authenticates with the credential. Judged now, and again at a request that comes more than five seconds
 * later: that it exists, the scope it is used from, the person's permission, its expiry. Judged at every request: the
 * domains, http, the guard. A refusal is a Problem and audited with its rule; so is the first use for each host.
 */
export function openCredentialFetch(app: Needs, use: Use): Promise<CredentialFetch> {
  const log = openUseLog(app, use)
  let isFirst = true
  return keepOpening(app, log, async () => {
    const asked = isFirst ? use.actor : currentActor(app, use.actor)
    isFirst = false
    const actor = await asked
    if (actor === undefined) return log.refuse(personGone(use.actor.name))
    const [row, grants] = ID.test(use.credentialId)
      ? await Promise.all([findRow(app.db, use.credentialId), findGrants(app.db, use.credentialId)])
      : [undefined, []]
    const refusal = judgeUse({ ...use, actor }, row, grants, app.clock.now())
    if (refusal !== undefined) return log.refuse(refusal)
    if (row === undefined) throw new Error('a credential that is not there was not refused')
    return row
  })
}

/**
 * The same for an integration, in the name of the system: its key is of the scope `integrations`, for which nobody is
 * given permissions. A credential of another scope is "not found".
 */
export function openConnectionFetch(
  app: Needs,
  credentialId: string,
  { id, name }: { id: string; name: string },
): Promise<CredentialFetch> {
  const log = openUseLog(app, { actor: system, credentialId, purpose: { kind: 'integration', id, name } })
  return keepOpening(app, log, async () => {
    const row = await getCredential(app.db, INTEGRATIONS.id, credentialId)
    const refusal = judgeExpiry(row, app.clock.now())
    return refusal === undefined ? row : log.refuse(refusal)
  })
}

/** A fetch that authenticates with a secret that is not stored yet, as a token where the user name is empty: for checking a connection before it is saved. */
export function draftFetch(
  app: Pick<App, 'fetch'>,
  draft: { name: string; username: string; secret: string; domains: string[]; allowHttp: boolean },
): EgressFetch {
  const { username, secret } = draft
  const header = headerOf({ kind: username === '' ? 'bearer' : 'basic', username, header: null, secret })
  const match = domainMatcher(draft.domains)
  return async (url, init = {}) => {
    const verdict = match(url, draft)
    if (!verdict.allowed) throw notAllowed(draft.name, verdict.reason)
    return app.fetch(url, { ...init, headers: withHeader(init.headers, header) })
  }
}

/** What a request needs, relied on for a moment: the limits, and the header with the opened secret. */
type Ready = {
  row: CredentialRow
  match: DomainMatcher
  header: readonly [name: string, value: string]
  mask: (text: string) => string
  /** When it was asked for, in milliseconds of the app's clock. */
  at: number
}

/**
 * Opens the row that `find` lets pass now, and anew for requests that come later than `RELY_MS`; requests at one moment
 * share one opening. After a refusal nothing is relied on.
 */
async function keepOpening(app: Needs, log: UseLog, find: () => Promise<CredentialRow>): Promise<CredentialFetch> {
  let ready: Ready | undefined
  let opening: Promise<Ready> | undefined
  let asked = 0
  let known = 0
  // By the header's value: the present one's, and that of the one before, of which an answer may speak still.
  const masks = new Map<string, Ready['mask']>()
  const renew = async (): Promise<Ready> => {
    const turn = (asked += 1)
    // What was asked later is not undone by an answer to what was asked before.
    const settle = (news: Ready | undefined): void => {
      if (turn < known) return
      known = turn
      ready = news
    }
    try {
      const news = await openReady(app, log, find)
      settle(news)
      if (!masks.has(news.header[1])) masks.set(news.header[1], news.mask)
      const [oldest] = masks.keys()
      if (masks.size > 2 && oldest !== undefined) masks.delete(oldest)
      return news
    } catch (error) {
      settle(undefined)
      throw error
    }
  }
  const current = (): Ready | Promise<Ready> => {
    const age = ready === undefined ? -1 : app.clock.now().getTime() - ready.at
    if (ready !== undefined && age >= 0 && age < RELY_MS) return ready
    return (opening ??= renew().finally(() => (opening = undefined)))
  }
  const send: EgressFetch = async (url, init = {}) => {
    const { row, match, header } = await current()
    const host = URL.parse(url)?.host ?? 'an unreadable URL'
    const refusal = judgeExpiry(row, app.clock.now()) ?? judgePlace(row, match, url)
    if (refusal !== undefined) return log.refuse(refusal, host)
    await log.used(host)
    try {
      return await app.fetch(url, { ...init, headers: withHeader(init.headers, header) })
    } catch (error) {
      if (error instanceof Problem) return log.refuse({ rule: error.code, problem: error }, host)
      throw error
    }
  }
  await renew()
  return Object.assign(send, {
    async judge() {
      await renew()
    },
    mask: (text: string) => masks.values().reduce((masked, mask) => mask(masked), text),
  })
}

async function openReady(app: Needs, log: UseLog, find: () => Promise<CredentialRow>): Promise<Ready> {
  for (let left = OPEN_TRIES; ; left -= 1) {
    const at = app.clock.now().getTime()
    const row = await find()
    const secret = await openSecret(app, row)
    if (typeof secret === 'string') {
      if (row.unreadable_at !== null) await setUnreadable(app.db, row, null)
      const header = headerOf({ kind: kindOf(row.kind), username: row.username, header: row.header, secret })
      return { row, match: domainMatcher(row.domains), header, mask: openMask(secret, header[1]), at }
    }
    const isSealedAnew = left > 1 && (await findRow(app.db, row.id))?.sealed !== row.sealed
    if (isSealedAnew) continue
    // That this server has another root key says nothing about the secret.
    if (secret?.code !== 'wrong-key') await setUnreadable(app.db, row, app.clock.now())
    return log.refuse({ rule: 'secret', problem: needsReEntry(row.name) })
  }
}

/** Not a text when none of this server's keys opens it: then why, or undefined when nothing is kept. */
async function openSecret(app: Needs, row: CredentialRow): Promise<string | VaultError | undefined> {
  if (row.sealed === null) return undefined
  try {
    return await open(app, app.db, secretContext(row), row.sealed)
  } catch (error) {
    if (error instanceof VaultError) return error
    throw error
  }
}

/** Marks the row by whether its secret can be opened, unless another secret was stored meanwhile. */
async function setUnreadable(db: Db, row: CredentialRow, since: Date | null): Promise<void> {
  await db
    .updateTable('credentials')
    .set({ unreadable_at: since })
    .where('id', '=', row.id)
    .where('sealed', '=', row.sealed)
    .where('unreadable_at', since === null ? 'is not' : 'is', null)
    .execute()
}

function findRow(db: Db, id: string): Promise<CredentialRow | undefined> {
  return db.selectFrom('credentials').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The person as he is now: groups, spaces and whether he may still sign in. */
async function currentActor(app: Needs, actor: Actor): Promise<Actor | undefined> {
  return actor.kind === 'system' ? actor : findPerson(app, actor.id)
}

function judgePlace(row: CredentialRow, match: DomainMatcher, url: string): Refusal | undefined {
  const verdict = match(url, { allowHttp: row.allow_http })
  if (verdict.allowed) return undefined
  const rule = match(url, { allowHttp: true }).allowed ? 'http' : 'domain'
  return { rule, problem: notAllowed(row.name, verdict.reason) }
}

function notAllowed(name: string, reason: string): Problem {
  return new Problem(422, 'domain-not-allowed', `Credential "${name}" may not be sent there. ${reason}`)
}

/** The caller's headers and the credential's own, which neither stands twice nor gives way, however it is written. */
function withHeader(
  given: Readonly<Record<string, string>> = {},
  [name, value]: Ready['header'],
): Record<string, string> {
  const others = Object.entries(given).filter(([other]) => other.toLowerCase() !== name.toLowerCase())
  return { ...Object.fromEntries(others), [name]: value }
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

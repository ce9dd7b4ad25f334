/** What is opened for more than one attempt: fetches of credentials, judged anew for what was claimed later, and signers. */
import { findPerson } from '#server/access/actor.ts'
import type { App } from '#server/app.ts'
import { openSigner } from '#server/credentials/signing.ts'
import { openUseLog } from '#server/credentials/use-log.ts'
import { personGone, type Purpose } from '#server/credentials/use-rules.ts'
import { openCredentialFetch, type CredentialFetch } from '#server/credentials/use.ts'
import { system } from '#server/platform/actor.ts'
import type { Claimed } from './claim.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock'>
export type Signer = (message: { id: string; at: Date; body: string }) => string
/** `header`: the name of the one that the credential is put in, lower case. */
export type Authorised = { fetch: CredentialFetch; header: string }

export type Opened = {
  /** Judged after the delivery was claimed, and within the last second. Throws the refusal. */
  fetchOf(delivery: Claimed): Promise<Authorised>
  signerOf(delivery: Claimed, signing: NonNullable<Claimed['signing']>): Promise<Signer>
}

/** A fetch is kept so long: that it is used is audited once in its life. */
const KEEP_MS = 60_000
/** Grants, domains, expiry and deletion are asked for at least this often while deliveries are sent. */
const JUDGED_MS = 1_000
const SIGNER_MS = 5_000

type Kept<T> = { value: Promise<T>; openedMs: number }
type Entry = Kept<Authorised> & { judged: Promise<unknown>; judgedMs: number; isRefused: boolean }

export function openOpened(app: Needs): Opened {
  const entries = new Map<string, Entry>()
  const signers = new Map<string, Kept<Signer>>()

  function entryOf(delivery: Claimed, credentialId: string): Entry {
    const key = [delivery.workflow_id, delivery.run_as, credentialId, delivery.scope].join(' ')
    const now = performance.now()
    const known = entries.get(key)
    const isJudged = known !== undefined && known.judgedMs >= delivery.claimedMs && now - known.judgedMs < JUDGED_MS
    if (isJudged) return known
    if (known !== undefined && !known.isRefused && now - known.openedMs < KEEP_MS) {
      judge(known, now)
      return known
    }
    const value = authorise(app, delivery, credentialId)
    const entry: Entry = { value, openedMs: now, judged: value, judgedMs: now, isRefused: false }
    value.catch(() => (entry.isRefused = true))
    forgetOld(entries, now)
    entries.set(key, entry)
    return entry
  }

  function judge(entry: Entry, now: number): void {
    entry.judgedMs = now
    entry.judged = entry.value.then(({ fetch }) => fetch.judge())
    entry.judged.catch(() => {})
  }

  return {
    async fetchOf(delivery) {
      if (delivery.credential_id === null) throw new Error('a delivery without a credential needs no fetch of one')
      const { value, judged } = entryOf(delivery, delivery.credential_id)
      const [authorised] = await Promise.all([value, judged])
      return authorised
    },
    signerOf({ workflow_id, action_id }, signing) {
      const key = [workflow_id, action_id, signing].join(' ')
      const now = performance.now()
      const known = signers.get(key)
      if (known !== undefined && now - known.openedMs < SIGNER_MS) return known.value
      const value = openSigner(app, workflow_id, action_id, signing)
      value.catch(() => signers.delete(key))
      forgetOld(signers, now)
      signers.set(key, { value, openedMs: now })
      return value
    },
  }
}

function forgetOld(kept: Map<string, Kept<unknown>>, now: number): void {
  for (const [key, { openedMs }] of kept) if (now - openedMs >= KEEP_MS) kept.delete(key)
}

/** In the name of the person as he is now. Without one, a credential is refused: the system may use none. */
async function authorise(app: Needs, delivery: Claimed, credentialId: string): Promise<Authorised> {
  const purpose: Purpose = { kind: 'workflow', id: delivery.workflow_id, name: delivery.workflow_name }
  const actor = delivery.run_as === null ? system : await findPerson(app, delivery.run_as)
  if (actor === undefined) {
    const name = delivery.run_as_name ?? 'The person'
    const gone = { kind: 'user', id: delivery.run_as ?? '', name } as const
    return openUseLog(app, {
      actor: { ...gone, role: 'member', principals: [], spaceRoles: new Map(), mayWrite: false },
      credentialId,
      purpose,
    }).refuse(personGone(name))
  }
  const use = { actor, credentialId, from: delivery.scope, purpose }
  const [fetch, header] = await Promise.all([openCredentialFetch(app, use), findHeader(app, credentialId)])
  return { fetch, header }
}

async function findHeader({ db }: Pick<App, 'db'>, credentialId: string): Promise<string> {
  const row = await db.selectFrom('credentials').select('header').where('id', '=', credentialId).executeTakeFirst()
  return row?.header?.toLowerCase() ?? 'authorization'
}

/** Trying a credential: one guarded GET within its domains, of which only the status is told. */
import type { CredentialTest, CredentialTestResult } from '#schema/credential.ts'
import { countAttempt } from '#server/access/limit.ts'
import { requireWrite } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { transact } from '#server/db/transact.ts'
import type { EgressFetch } from '#server/egress/fetch.ts'
import type { Actor } from '#server/platform/actor.ts'
import { publicFailure, Upstream } from '#server/platform/problem.ts'
import { requireLevel } from './level.ts'
import { auditRefusals } from './refusals.ts'
import { administers, GLOBAL } from './scope.ts'
import { getAnyCredential } from './store.ts'
import { openCredentialFetch } from './use.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock'>

const TESTS_PER_WINDOW = 10
const TIMEOUT_MS = 15_000

/**
 * Sends a GET with the credential and tells the status. A place outside its domains, or refused by the guard, is a 422
 * Problem; a far side that does not answer is a result. Audited before it is sent, as a use, and with its outcome.
 */
export async function testCredential(
  app: Needs,
  actor: Actor,
  id: string,
  { url }: CredentialTest,
): Promise<CredentialTestResult> {
  const row = await getAnyCredential(app.db, id)
  await auditRefusals(app, actor, `credential:${id}`, 'test', async () => {
    await requireLevel(app.db, actor, row, 'view')
    requireWrite(actor)
  })
  await countAttempt(app, [{ name: `credential-test:${id}`, max: TESTS_PER_WINDOW }])
  const purpose = { kind: 'test', id, name: row.name } as const
  const fetch = await openCredentialFetch(app, { actor, credentialId: id, from: row.scope, purpose })
  const host = URL.parse(url)?.host ?? ''
  const { status, hint } = await send(fetch, url, actor)
  const ok = status !== null && status < 300
  await transact(app.db, (tx) =>
    record(tx, actor, 'credential.tested', `credential:${id}`, { name: row.name, host, ok, status }),
  )
  return { ok, status, hint, host }
}

async function send(
  fetch: EgressFetch,
  url: string,
  actor: Actor,
): Promise<Pick<CredentialTestResult, 'status' | 'hint'>> {
  try {
    const response = await fetch(url, { timeoutMs: TIMEOUT_MS })
    response.discard()
    return { status: response.status, hint: hintOf(response.status) }
  } catch (error) {
    // Its sentence names the host and what went wrong on the way, nothing that the far side said.
    if (!(error instanceof Upstream)) throw error
    return { status: null, hint: (administers(actor, GLOBAL) ? error : publicFailure(error)).message }
  }
}

/** What a status means for the credential; the answer itself is never quoted. */
function hintOf(status: number): string {
  const answered = `The server answered ${status}`
  if (status < 300) return `${answered}: it accepts this credential here, or asks for none.`
  if (status < 400) return `${answered}: it points to another address. Nothing was sent there; try that address itself.`
  if (status === 401) return `${answered}: it does not accept this credential.`
  if (status === 403) return `${answered}: it knows the credential but does not allow it this, or does not accept it.`
  if (status === 404) return `${answered}: there is nothing at this address, or not for this credential.`
  if (status === 405) return `${answered}: this address takes no GET. Try another one.`
  if (status === 407) return `${answered}: a proxy on the way wants a credential of its own.`
  if (status === 429) return `${answered}: it was asked too often. Try again later.`
  if (status < 500) return `${answered}: it did not take the request.`
  return `${answered}: it has a fault of its own, which says nothing about the credential.`
}

/**
 * What messages of a workflow's action are signed with: made here, shown once to who sets up the receiver, sealed under a
 * scope of its own that re-generating another scope's key does not touch. Opened to sign, and handed out by nobody.
 */
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Signing } from '#schema/webhook.ts'
import type { SigningSecret } from '#schema/workflow-api.ts'
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { newId } from '#server/platform/ids.ts'
import { Problem } from '#server/platform/problem.ts'
import { ensureScopeKey, open, sealWithVersion, VaultError, type SecretContext } from '#server/vault/vault.ts'
import {
  publicKeyOf,
  secretOf,
  SEED_BYTES,
  signingKeysOf,
  signV1,
  signV1a,
  type SignedMessage,
  type SigningKeys,
} from './signature.ts'

const SCOPE = 'signing'
/** How long a former secret is signed with beside the one that took its place. */
const OVERLAP_MS = 24 * 60 * 60 * 1000
/** Whoever renews again and again gets no longer and longer header: the present one and so many former ones sign. */
const MAX_FORMER = 2

type Needs = Pick<App, 'keys' | 'clock'>

/**
 * Makes the secrets that these actions have not got yet and answers those, and no others: a secret is shown when it is
 * made. An action that has one keeps it, also when it is signed in another way from now on.
 */
export async function ensureSigningSecrets(
  app: Needs,
  tx: Tx,
  workflowId: string,
  actions: readonly { actionId: string; signing: Signing }[],
): Promise<SigningSecret[]> {
  const rows = await tx
    .selectFrom('signing_secrets')
    .select('action_id')
    .where('workflow_id', '=', workflowId)
    .where('valid_until', 'is', null)
    .execute()
  const known = new Set(rows.map((row) => row.action_id))
  const made: SigningSecret[] = []
  for (const { actionId, signing } of actions) {
    if (known.has(actionId)) continue
    const keys = await insertSecret(app, tx, { workflowId, actionId, version: 1 })
    made.push(shown(actionId, signing, keys, null))
    known.add(actionId)
  }
  return made
}

/** A new secret for the action; messages are signed with the former one too for 24 hours. Made when there was none. */
export async function renewSigningSecret(
  app: Needs,
  tx: Tx,
  workflowId: string,
  actionId: string,
  signing: Signing,
): Promise<SigningSecret> {
  const until = new Date(app.clock.now().getTime() + OVERLAP_MS)
  const rows = await tx
    .selectFrom('signing_secrets')
    .select(['id', 'version', 'valid_until'])
    .where('workflow_id', '=', workflowId)
    .where('action_id', '=', actionId)
    .orderBy('version', 'desc')
    .forUpdate()
    .execute()
  const isOver = (row: (typeof rows)[number]) => row.valid_until !== null && row.valid_until <= app.clock.now()
  const gone = [...rows.slice(MAX_FORMER), ...rows.slice(0, MAX_FORMER).filter(isOver)].map(({ id }) => id)
  if (gone.length > 0) await tx.deleteFrom('signing_secrets').where('id', 'in', gone).execute()
  const present = rows.find((row) => row.valid_until === null)
  if (present !== undefined)
    await tx.updateTable('signing_secrets').set({ valid_until: until }).where('id', '=', present.id).execute()
  const keys = await insertSecret(app, tx, { workflowId, actionId, version: (rows[0]?.version ?? 0) + 1 })
  return shown(actionId, signing, keys, present === undefined ? null : until)
}

/**
 * Signs messages of the action: the value of `webhook-signature`, with the present secret first and former ones after it.
 * A 409 Problem when there is no secret, or it does not open: nothing is sent unsigned instead.
 */
export async function openSigner(
  app: Needs & Pick<App, 'db'>,
  workflowId: string,
  actionId: string,
  signing: Signing,
): Promise<(message: SignedMessage) => string> {
  const rows = await app.db
    .selectFrom('signing_secrets')
    .selectAll()
    .where('workflow_id', '=', workflowId)
    .where('action_id', '=', actionId)
    .where((e) => e.or([e('valid_until', 'is', null), e('valid_until', '>', app.clock.now())]))
    .orderBy('version', 'desc')
    .execute()
  const [present, ...former] = rows
  if (present === undefined) throw noSecret(actionId)
  const keys = [await openKeysOf(app, present)]
  if (keys[0] === undefined) throw unreadable(actionId)
  for (const row of former) keys.push(await openKeysOf(app, row))
  const signers = keys.filter((one) => one !== undefined).flatMap((one) => signersOf(one, signing))
  return (message) => signers.map((sign) => sign(message)).join(' ')
}

/** Removes former secrets whose time is over, and those of workflows that are gone with the last delivery in their log. */
export async function forgetSigningSecrets(db: Db, now: Date): Promise<void> {
  await sql`
    delete from signing_secrets s where s.valid_until <= ${now} or (
      not exists (select from workflows w where w.id = s.workflow_id)
      and not exists (select from deliveries d where d.workflow_id = s.workflow_id))`.execute(db)
}

type Place = { workflowId: string; actionId: string; version: number }

async function insertSecret(app: Needs, tx: Tx, { workflowId, actionId, version }: Place): Promise<SigningKeys> {
  const id = newId()
  const seed = randomBytes(SEED_BYTES)
  const keys = signingKeysOf(seed)
  await ensureScopeKey(app, tx, SCOPE, 'system')
  const place = { id, workflow_id: workflowId, action_id: actionId, version }
  const { sealed, keyVersion } = await sealWithVersion(app, tx, contextOf(place), seed.toString('base64'))
  await tx
    .insertInto('signing_secrets')
    .values({ ...place, sealed, key_version: keyVersion, public_key: publicKeyOf(keys), created_at: app.clock.now() })
    .execute()
  return keys
}

/** Undefined when none of this server's keys opens it. */
async function openKeysOf(
  app: Pick<App, 'db' | 'keys'>,
  row: Parameters<typeof contextOf>[0] & { sealed: string },
): Promise<SigningKeys | undefined> {
  try {
    return signingKeysOf(Buffer.from(await open(app, app.db, contextOf(row), row.sealed), 'base64'))
  } catch (error) {
    if (error instanceof VaultError) return undefined
    throw error
  }
}

/** Who puts the row of one action under another, past Lockkeeper, gets a secret that does not open. */
function contextOf(row: { id: string; workflow_id: string; action_id: string; version: number }): SecretContext {
  return { scope: SCOPE, id: row.id, field: `signing:${row.workflow_id}:${row.action_id}`, version: row.version }
}

function signersOf({ hmac, ed25519 }: SigningKeys, signing: Signing): ((message: SignedMessage) => string)[] {
  const v1 = (message: SignedMessage) => signV1(hmac, message)
  const v1a = (message: SignedMessage) => signV1a(ed25519, message)
  switch (signing) {
    case 'v1':
      return [v1]
    case 'v1a':
      return [v1a]
    case 'both':
      return [v1, v1a]
    default:
      throw new Error(`unknown signature ${String(signing satisfies never)}`)
  }
}

function shown(actionId: string, signing: Signing, keys: SigningKeys, until: Date | null): SigningSecret {
  return {
    actionId,
    signing,
    secret: signing === 'v1a' ? null : secretOf(keys),
    publicKey: signing === 'v1' ? null : publicKeyOf(keys),
    formerUntil: until?.toISOString() ?? null,
  }
}

function noSecret(actionId: string): Problem {
  const detail = `Action "${actionId}" has no signing secret. Save its workflow, or renew the secret.`
  return new Problem(409, 'no-signing-secret', detail)
}

function unreadable(actionId: string): Problem {
  const detail = `The signing secret of action "${actionId}" cannot be opened with this server's keys. Renew it.`
  return new Problem(409, 'signing-unreadable', detail)
}

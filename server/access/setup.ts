// The first admin: by a one-time token on the set-up page, or from the operator's environment.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { Email, Password, type Setup, type User } from '#schema/access.ts'
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { system } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { countAttempt, networkOf } from './limit.ts'
import { hashPassword } from './passwords.ts'
import { hasUsers } from './store.ts'
import { addUser } from './users.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'log' | 'clock'>

/** Tokens lie in `deployment` as `setup-token:<sha256>`: each process that starts before set-up may print its own. */
const PREFIX = 'setup-token:'
const ATTEMPTS = 10

/** Has anybody been set up yet? */
export function isSetUp(app: Pick<App, 'db'>): Promise<boolean> {
  return hasUsers(app.db)
}

/**
 * Makes the first admin for whoever holds a set-up token. 409 once anybody exists; of two at the same moment, one.
 * The token ends with its use.
 */
export async function setUp(app: Needs, input: Setup, ip: string): Promise<User> {
  if (await hasUsers(app.db)) throw alreadySetUp()
  await countAttempt(app, [{ name: `setup:${networkOf(ip)}`, max: ATTEMPTS }])
  if (!(await isToken(app.db, input.token))) {
    const detail =
      'This is not the set-up token. It stands in the output of the first start, or in LOCKKEEPER_SETUP_TOKEN.'
    throw new Problem(403, 'wrong-setup-token', detail)
  }
  const admin = await addFirstAdmin(app, input)
  if (admin === undefined) throw alreadySetUp()
  return admin
}

/** Makes the operator's admin when nobody exists yet; true when it did. Throws a sentence for an unusable address or password. */
export async function ensureFirstAdmin(app: Needs, given: { email: string; password: string }): Promise<boolean> {
  if (await hasUsers(app.db)) return false
  const email = Email.safeParse(given.email.trim())
  if (!email.success) throw new Error('LOCKKEEPER_ADMIN_EMAIL is not an e-mail address.')
  const password = Password.safeParse(given.password)
  if (!password.success) throw new Error('LOCKKEEPER_ADMIN_PASSWORD must have 12 to 128 characters.')
  const name = email.data.split('@')[0] ?? 'admin'
  return (await addFirstAdmin(app, { name, email: email.data, password: password.data })) !== undefined
}

/** Before set-up: a fresh token to print, or null when the operator gave one by LOCKKEEPER_SETUP_TOKEN. After: null. */
export async function ensureSetupToken(app: Pick<App, 'db' | 'config'>): Promise<string | null> {
  if (await hasUsers(app.db)) return null
  const given = app.config.setupToken
  const token = given ?? randomBytes(18).toString('base64url')
  await transact(app.db, async (tx) => {
    // An operator's token is the only one: what was printed before is void.
    if (given !== undefined) await deleteTokens(tx)
    await tx
      .insertInto('deployment')
      .values({ name: PREFIX + hashOf(token), value: new Date().toISOString() })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  })
  return given === undefined ? token : null
}

async function addFirstAdmin(app: Needs, input: Omit<Setup, 'token'>): Promise<User | undefined> {
  const passwordHash = await hashPassword(app, input.password)
  return transact(app.db, async (tx) => {
    await sql`select pg_advisory_xact_lock(${7_400_002})`.execute(tx)
    if (await hasUsers(tx)) return undefined
    await deleteTokens(tx)
    const { name, email } = input
    return addUser(tx, system, { name, email, role: 'admin', passwordHash })
  })
}

async function isToken(db: Db, token: string): Promise<boolean> {
  const rows = await db.selectFrom('deployment').select('name').where('name', 'like', `${PREFIX}%`).execute()
  const asked = Buffer.from(PREFIX + hashOf(token))
  return rows
    .map(({ name }) => Buffer.from(name))
    .some((kept) => kept.length === asked.length && timingSafeEqual(kept, asked))
}

async function deleteTokens(tx: Tx): Promise<void> {
  await tx.deleteFrom('deployment').where('name', 'like', `${PREFIX}%`).execute()
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function alreadySetUp(): Problem {
  return new Problem(409, 'already-set-up', 'This Lockkeeper has been set up. Sign in, or ask an admin for an account.')
}

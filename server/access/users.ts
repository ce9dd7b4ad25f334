import type { NewUser, User, UserChange } from '#schema/access.ts'
import type { ListQuery } from '#schema/common.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { toPage, type Page } from '#server/platform/page.ts'
import { forbidden, notFound, Problem } from '#server/platform/problem.ts'
import { fromNameCursor } from './name-cursor.ts'
import { hashPassword, isPasswordOf } from './passwords.ts'
import { authorize, requireWrite } from './policy.ts'
import { forgetPrincipal } from './space-store.ts'
import {
  changeUser,
  deleteKeys,
  deleteSessions,
  findUser,
  findUserByEmail,
  findUsers,
  insertUser,
  lockAdmins,
  lockUser,
} from './store.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'log'>

export async function listUsers(app: Pick<App, 'db'>, actor: Actor, query: ListQuery): Promise<Page<User>> {
  authorize(actor, 'user.read')
  const after = fromNameCursor(query.cursor)
  const rows = await findUsers(app.db, after, query.limit + 1)
  return toPage(rows, query.limit, (row) => [row.name, row.id])
}

/** A member sees himself only. */
export async function getUser(app: Pick<App, 'db'>, actor: Actor, id: string): Promise<User> {
  if (id !== actor.id) authorize(actor, 'user.read')
  const user = await findUser(app.db, id)
  if (user === undefined) throw notFound('User', id)
  return user
}

export async function createUser(app: Needs, actor: Actor, input: NewUser): Promise<User> {
  authorize(actor, 'user.create')
  const passwordHash = await hashPassword(app, input.password)
  return transact(app.db, (tx) => addUser(tx, actor, { ...input, passwordHash }))
}

/** Writes the person with a hashed password; a 409 for an address that somebody has. */
export async function addUser(
  tx: Tx,
  actor: Actor,
  input: Omit<NewUser, 'password'> & { passwordHash: string },
): Promise<User> {
  if ((await findUserByEmail(tx, input.email)) !== undefined)
    throw new Problem(409, 'email-taken', `Somebody has the e-mail address ${input.email} already.`)
  const id = newId()
  await insertUser(tx, { ...input, id, accountId: newId() })
  const user = await findUser(tx, id)
  if (user === undefined) throw new Error('the user just written is not there')
  await record(tx, actor, 'user.created', `user:${id}`, { name: user.name, email: user.email, role: user.role })
  return user
}

/**
 * An admin may change anybody; everybody his own name, and his own password with the current one. Disabling ends the
 * person's sessions and API keys, a new password his sessions. The last admin stays an admin who can sign in.
 */
export async function updateUser(app: Needs, actor: Actor, id: string, input: UserChange): Promise<User> {
  await authorizeChange(app, actor, id, input)
  const passwordHash = input.password === undefined ? undefined : await hashPassword(app, input.password)
  return transact(app.db, async (tx) => {
    if (input.role === 'member' || input.disabled === true) await keepAnAdmin(tx, id)
    const before = await lockUser(tx, id)
    if (before === undefined) throw notFound('User', id)
    const { name, role, disabled } = input
    await changeUser(tx, id, { name, role, disabled, passwordHash })
    if (disabled === true) await deleteKeys(tx, id)
    if (disabled === true || passwordHash !== undefined) await deleteSessions(tx, id)
    const { password, currentPassword: _, ...changes } = input
    const detail = password === undefined ? changes : { ...changes, password: 'changed' }
    await record(tx, actor, 'user.updated', `user:${id}`, detail)
    return { ...before, ...(await findUser(tx, id)) }
  })
}

/** The person's sessions, keys and memberships end with him. The last admin cannot be deleted. */
export async function deleteUser(app: Pick<App, 'db'>, actor: Actor, id: string): Promise<void> {
  authorize(actor, 'user.delete')
  await transact(app.db, async (tx) => {
    await keepAnAdmin(tx, id)
    const user = await lockUser(tx, id)
    if (user === undefined) throw notFound('User', id)
    await tx.deleteFrom('users').where('id', '=', id).execute()
    await forgetPrincipal(tx, `user:${id}`)
    await record(tx, actor, 'user.deleted', `user:${id}`, { name: user.name, email: user.email })
  })
}

async function authorizeChange(app: Needs, actor: Actor, id: string, input: UserChange): Promise<void> {
  requireWrite(actor)
  if (actor.id !== id) {
    authorize(actor, 'user.update')
    return
  }
  // A name too: the author of a page is known by his name, and approvals may not be the author's.
  const isForAdmins = input.name !== undefined || input.role !== undefined || input.disabled !== undefined
  if (isForAdmins) authorize(actor, 'user.update')
  if (input.password === undefined) return
  const known = input.currentPassword !== undefined && (await isPasswordOf(app, id, input.currentPassword))
  if (!known) throw forbidden('Give your current password as currentPassword to set a new one.')
}

async function keepAnAdmin(tx: Tx, id: string): Promise<void> {
  const admins = await lockAdmins(tx)
  if (admins.length !== 1 || admins[0] !== id) return
  throw new Problem(409, 'last-admin', 'This is the last admin who can sign in. Make somebody else an admin first.')
}

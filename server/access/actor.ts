import { defaultKeyHasher } from '@better-auth/api-key'
import type { SpaceRole } from '#schema/access.ts'
import type { App } from '#server/app.ts'
import type { Person } from '#server/platform/actor.ts'
import { authOf } from './auth.ts'
import { higherRole } from './policy.ts'
import { keyMayPropose, keyMayWrite } from './key-scopes.ts'
import { findKeyOwnerRow, findPersonRow, touchKey, type PersonRow } from './store.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'log' | 'clock'>

/** The caller and, when his session was just prolonged, the cookies that say so. */
export type Caller = { actor: Person; setCookies: string[] }

/**
 * Who sends these headers: the owner of the API key in `authorization`, else of the session cookie, with the cookies to
 * answer with. A wrong key is nobody, whatever the cookie says. Two queries at most.
 */
export async function findCaller(app: Needs, headers: Headers): Promise<Caller | undefined> {
  const authorization = headers.get('authorization')
  if (authorization !== null) {
    const actor = await findKeyOwner(app, authorization)
    return actor && { actor, setCookies: [] }
  }
  if (!headers.get('cookie')?.includes('lockkeeper.session_token=')) return undefined
  const asked = new Headers({ cookie: headers.get('cookie') ?? '' })
  const session = await findSession(app, asked)
  if (session === undefined) return undefined
  const actor = await findPerson(app, session.userId)
  return actor && { actor, setCookies: session.setCookies }
}

async function findSession(
  app: Needs,
  headers: Headers,
): Promise<{ userId: string; setCookies: string[] } | undefined> {
  try {
    const { headers: answer, response } = await authOf(app).api.getSession({ headers, returnHeaders: true })
    return response === null ? undefined : { userId: response.user.id, setCookies: answer.getSetCookie() }
  } catch (error) {
    // better-auth wraps what the database said
    throw error instanceof Error && error.cause !== undefined ? error.cause : error
  }
}

/** The person with this id, as a session of his would make him; undefined when gone or disabled. */
export async function findPerson(app: Pick<App, 'db'>, id: string): Promise<Person | undefined> {
  const row = await findPersonRow(app.db, id)
  return row === undefined || row.disabled ? undefined : toPerson(row, { mayWrite: true })
}

async function findKeyOwner(app: Needs, authorization: string): Promise<Person | undefined> {
  const key = /^Bearer +(\S{1,500})$/i.exec(authorization)?.[1]
  if (key === undefined) return undefined
  const now = app.clock.now()
  const found = await findKeyOwnerRow(app.db, await defaultKeyHasher(key), now)
  if (found === undefined || found.person.disabled) return undefined
  const { person, keyId, permissions, lastUsedAt } = found
  if (lastUsedAt === null || now.getTime() - lastUsedAt.getTime() > LAST_USED_STEP_MS)
    await touchKey(app.db, keyId, now)
  return toPerson(person, {
    mayWrite: keyMayWrite(permissions),
    mayPropose: keyMayPropose(permissions),
    apiKeyId: keyId,
  })
}

/** "Last used" is kept to the minute, so that a busy key does not write on every request. */
const LAST_USED_STEP_MS = 60_000

function toPerson(row: PersonRow, session: { mayWrite: boolean; mayPropose?: boolean; apiKeyId?: string }): Person {
  const spaceRoles = new Map<string, SpaceRole>()
  for (const { space, role } of row.memberships) spaceRoles.set(space, higherRole(role, spaceRoles.get(space)))
  return {
    kind: 'user',
    id: row.id,
    name: row.name,
    role: row.role,
    principals: [`user:${row.id}`, ...row.groups.map((id) => `group:${id}`), 'everyone'],
    spaceRoles: row.role === 'admin' ? new Map() : spaceRoles,
    ...session,
  }
}

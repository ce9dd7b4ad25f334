import { defaultKeyHasher } from '@better-auth/api-key'
import type { SpaceRole } from '#schema/access.ts'
import type { App } from '#server/app.ts'
import type { Person } from '#server/platform/actor.ts'
import { authOf } from './auth.ts'
import { higherRole } from './policy.ts'
import { keyMayWrite } from './key-scopes.ts'
import { findKeyOwnerRow, findPersonRow, touchKey, type PersonRow } from './store.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'log' | 'clock'>

/** The caller and, when his session was just prolonged, the cookies that say so. */
export type Caller = { actor: Person; setCookies: string[] }

/** Who sends these headers: the owner of the API key in `authorization`, else of the session cookie. Two queries at most. */
export async function findActor(app: Needs, headers: Headers): Promise<Person | undefined> {
  return (await findCaller(app, headers))?.actor
}

/** As `findActor`, with the cookies to answer with. A wrong key is nobody, whatever the cookie says. */
export async function findCaller(app: Needs, headers: Headers): Promise<Caller | undefined> {
  const authorization = headers.get('authorization')
  if (authorization !== null) {
    const actor = await findKeyOwner(app, authorization)
    return actor && { actor, setCookies: [] }
  }
  if (!headers.get('cookie')?.includes('lockkeeper.session_token=')) return undefined
  const asked = new Headers({ cookie: headers.get('cookie') ?? '' })
  const { headers: answer, response } = await authOf(app).api.getSession({ headers: asked, returnHeaders: true })
  if (response === null) return undefined
  const row = await findPersonRow(app.db, response.user.id)
  if (row === undefined || row.disabled) return undefined
  return { actor: toPerson(row, { mayWrite: true }), setCookies: answer.getSetCookie() }
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
  return toPerson(person, { mayWrite: keyMayWrite(permissions), apiKeyId: keyId })
}

/** "Last used" is kept to the minute, so that a busy key does not write on every request. */
const LAST_USED_STEP_MS = 60_000

function toPerson(row: PersonRow, session: { mayWrite: boolean; apiKeyId?: string }): Person {
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

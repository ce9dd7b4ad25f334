import { isAPIError } from 'better-auth/api'
import type { Me, SignIn } from '#schema/access.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { transact } from '#server/db/transact.ts'
import { system, type Person } from '#server/platform/actor.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { findPerson } from './actor.ts'
import { authOf, CLIENT_IP_HEADER } from './auth.ts'
import { countAttempt, forgiveAttempt, networkOf, type Limit } from './limit.ts'
import { visibleSpaces } from './space-store.ts'
import { deleteSession, findUser } from './store.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'log' | 'clock'>

/** Where a request comes from: kept with the session. */
export type Origin = { ip: string; userAgent: string }

const PER_PERSON = 8
const PER_NETWORK = 60

/**
 * Starts a session; answers the cookies to set. The same 401 for an unknown address, a wrong password and a disabled
 * person, after the same hashing (better-auth hashes for unknown addresses too). 429 after too many failures in 15 minutes.
 */
export async function signIn(app: Needs, input: SignIn, origin: Origin): Promise<{ me: Me; setCookies: string[] }> {
  const limits = limitsOf(input.email, origin.ip)
  await countAttempt(app, limits)
  const started = await startSession(app, input, origin)
  if (started === undefined) {
    await transact(app.db, (tx) => record(tx, system, 'session.refused', `email:${input.email}`, { ip: origin.ip }))
    throw new Problem(401, 'wrong-sign-in', 'The e-mail address or the password is wrong.')
  }
  await forgiveAttempt(app, limits)
  const { user, token, setCookies } = started
  try {
    await transact(app.db, (tx) => record(tx, user, 'session.started', `user:${user.id}`, { ip: origin.ip }))
  } catch (error) {
    await deleteSession(app.db, token)
    throw error
  }
  const person = await findPerson(app, user.id)
  if (person === undefined) throw notFound('User', user.id)
  return { me: await getMe(app, person), setCookies }
}

/** Ends the session of these headers; answers the cookies that clear it. */
export async function signOut(app: Needs, actor: Person, headers: Headers): Promise<{ setCookies: string[] }> {
  const asked = new Headers({ cookie: headers.get('cookie') ?? '' })
  const auth = authOf(app)
  const current = await auth.api.getSession({ headers: asked })
  if (current === null || actor.apiKeyId !== undefined)
    throw new Problem(400, 'no-session', 'This request has no session to end: it was made with an API key.')
  await transact(app.db, async (tx) => {
    await deleteSession(tx, current.session.token)
    await record(tx, actor, 'session.ended', `user:${actor.id}`)
  })
  const { headers: answer } = await auth.api.signOut({ headers: asked, returnHeaders: true })
  return { setCookies: answer.getSetCookie() }
}

/** Who the caller is and what he may do in which space. */
export async function getMe(app: Pick<App, 'db'>, actor: Pick<Person, 'id' | 'role' | 'spaceRoles'>): Promise<Me> {
  const user = await findUser(app.db, actor.id)
  if (user === undefined) throw notFound('User', actor.id)
  const spaces = await visibleSpaces(app.db, actor.role === 'admin' ? 'all' : [...actor.spaceRoles.keys()])
  return {
    user,
    spaces: spaces.map(({ id, key, name }) => ({
      key,
      name,
      role: actor.role === 'admin' ? 'admin' : (actor.spaceRoles.get(id) ?? 'reader'),
    })),
  }
}

async function startSession(app: Needs, { email, password }: SignIn, { ip, userAgent }: Origin) {
  const headers = new Headers({ [CLIENT_IP_HEADER]: ip, 'user-agent': userAgent })
  const answer = await authOf(app)
    .api.signInEmail({ body: { email, password }, headers, returnHeaders: true })
    .catch((error: unknown) => {
      if (isAPIError(error) && error.statusCode === 401) return undefined
      throw error
    })
  if (answer === undefined) return undefined
  const { token } = answer.response
  const user = await findUser(app.db, answer.response.user.id)
  if (user === undefined || user.disabled) {
    await deleteSession(app.db, token)
    return undefined
  }
  return { user, token, setCookies: answer.headers.getSetCookie() }
}

function limitsOf(email: string, ip: string): Limit[] {
  const network = networkOf(ip)
  return [
    { name: `sign-in:${network}:${email}`, max: PER_PERSON },
    { name: `sign-in:${network}`, max: PER_NETWORK },
  ]
}

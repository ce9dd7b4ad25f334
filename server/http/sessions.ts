import { createRoute } from '@hono/zod-openapi'
import { Me, Setup, SignIn, Status, User } from '#schema/access.ts'
import { getMe, signIn, signOut } from '#server/access/sessions.ts'
import { isSetUp, setUp } from '#server/access/setup.ts'
import type { App } from '#server/app.ts'
import { actorOf, body, done, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['People']

/** Set-up, signing in and out, who am I. */
export function sessionDoors(app: App): Door {
  const door = openDoor()

  const status = { method: 'get', path: '/status', tags, summary: 'Set up yet? Signed in?' } as const
  door.openapi(createRoute({ ...status, responses: { 200: json(Status, 'For first visitors.') } }), async (c) =>
    c.json({ setUp: await isSetUp(app), signedIn: c.var.actor !== undefined }, 200),
  )

  const setup = {
    method: 'post',
    path: '/setup',
    tags,
    summary: 'Make the first admin',
    request: { body: body(Setup) },
  } as const
  const setupAnswers = {
    ...problems,
    201: json(User, 'The first admin, signed in.'),
    409: problem('Somebody was set up before.'),
    429: problem('Too many attempts.'),
  }
  door.openapi(createRoute({ ...setup, responses: setupAnswers }), async (c) => {
    const input = c.req.valid('json')
    const user = await setUp(app, input, c.var.ip)
    const { setCookies } = await signIn(app, input, originOf(c))
    for (const cookie of setCookies) c.header('set-cookie', cookie, { append: true })
    return c.json(User.parse(user), 201)
  })

  const start = {
    method: 'post',
    path: '/sessions',
    tags,
    summary: 'Sign in',
    request: { body: body(SignIn) },
  } as const
  const startAnswers = {
    ...problems,
    201: json(Me, 'Signed in; the cookie is set.'),
    429: problem('Too many attempts.'),
  }
  door.openapi(createRoute({ ...start, responses: startAnswers }), async (c) => {
    const { me, setCookies } = await signIn(app, c.req.valid('json'), originOf(c))
    for (const cookie of setCookies) c.header('set-cookie', cookie, { append: true })
    return c.json(Me.parse(me), 201)
  })

  const end = { method: 'delete', path: '/sessions/current', tags, summary: 'Sign out' } as const
  door.openapi(createRoute({ ...end, responses: { ...problems, 204: done } }), async (c) => {
    const { setCookies } = await signOut(app, actorOf(c), c.req.raw.headers)
    for (const cookie of setCookies) c.header('set-cookie', cookie, { append: true })
    return c.body(null, 204)
  })

  const me = { method: 'get', path: '/me', tags, summary: 'Who am I' } as const
  door.openapi(createRoute({ ...me, responses: { ...problems, 200: json(Me, 'The caller.') } }), async (c) =>
    c.json(Me.parse(await getMe(app, actorOf(c))), 200),
  )
  return door
}

function originOf(c: { var: { ip: string }; req: { header(name: string): string | undefined } }) {
  return { ip: c.var.ip, userAgent: (c.req.header('user-agent') ?? '').slice(0, 300) }
}

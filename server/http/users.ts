import { createRoute } from '@hono/zod-openapi'
import { User, UserChange, NewUser } from '#schema/access.ts'
import { ListQuery, pageOf } from '#schema/common.ts'
import { createUser, deleteUser, getUser, listUsers, updateUser } from '#server/access/users.ts'
import type { App } from '#server/app.ts'
import { actorOf, body, done, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['People']
const UserPage = pageOf(User)

export function userDoors(app: App): Door {
  const door = openDoor()

  const list = { method: 'get', path: '/users', tags, summary: 'List users', request: { query: ListQuery } } as const
  door.openapi(createRoute({ ...list, responses: { ...problems, 200: json(UserPage, 'By name.') } }), async (c) =>
    c.json(UserPage.parse(await listUsers(app, actorOf(c), c.req.valid('query'))), 200),
  )

  const create = {
    method: 'post',
    path: '/users',
    tags,
    summary: 'Make a user',
    request: { body: body(NewUser) },
  } as const
  const createAnswers = { ...problems, 201: json(User, 'The user.'), 409: problem('Somebody has this e-mail address.') }
  door.openapi(createRoute({ ...create, responses: createAnswers }), async (c) =>
    c.json(User.parse(await createUser(app, actorOf(c), c.req.valid('json'))), 201),
  )

  const get = {
    method: 'get',
    path: '/users/{id}',
    tags,
    summary: 'Read a user',
    request: { params: IdParam },
  } as const
  door.openapi(createRoute({ ...get, responses: { ...problems, 200: json(User, 'The user.') } }), async (c) =>
    c.json(User.parse(await getUser(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  const change = { method: 'patch', path: '/users/{id}', tags, summary: 'Change a user' } as const
  const changed = { request: { params: IdParam, body: body(UserChange) } }
  const changeAnswers = { ...problems, 200: json(User, 'The user.'), 409: problem('This would leave no admin.') }
  door.openapi(createRoute({ ...change, ...changed, responses: changeAnswers }), async (c) =>
    c.json(User.parse(await updateUser(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))), 200),
  )

  const remove = {
    method: 'delete',
    path: '/users/{id}',
    tags,
    summary: 'Delete a user',
    request: { params: IdParam },
  } as const
  door.openapi(
    createRoute({ ...remove, responses: { ...problems, 204: done, 409: problem('This is the last admin.') } }),
    async (c) => {
      await deleteUser(app, actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
  return door
}

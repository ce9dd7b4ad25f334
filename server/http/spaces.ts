import { createRoute, z } from '@hono/zod-openapi'
import { NewSpace, Space, SpaceChange, SpaceMember, SpaceMembers } from '#schema/access.ts'
import { ListQuery, pageOf } from '#schema/common.ts'
import {
  createSpace,
  deleteSpace,
  getSpace,
  listMembers,
  listSpaces,
  setMembers,
  updateSpace,
} from '#server/access/spaces.ts'
import type { App } from '#server/app.ts'
import { actorOf, body, done, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Spaces']
const SpacePage = pageOf(Space)
const Members = z.object({ members: z.array(SpaceMember) })
const KeyParam = z.object({ key: z.string().min(1).max(255) })

export function spaceDoors(app: App): Door {
  const door = openDoor()

  const list = {
    method: 'get',
    path: '/spaces',
    tags,
    summary: 'Spaces I may read',
    request: { query: ListQuery },
  } as const
  door.openapi(createRoute({ ...list, responses: { ...problems, 200: json(SpacePage, 'By name.') } }), async (c) =>
    c.json(SpacePage.parse(await listSpaces(app, actorOf(c), c.req.valid('query'))), 200),
  )

  const create = {
    method: 'post',
    path: '/spaces',
    tags,
    summary: 'Make a space',
    request: { body: body(NewSpace) },
  } as const
  const createAnswers = { ...problems, 201: json(Space, 'The space.'), 409: problem('There is a space with this key.') }
  door.openapi(createRoute({ ...create, responses: createAnswers }), async (c) =>
    c.json(Space.parse(await createSpace(app, actorOf(c), c.req.valid('json'))), 201),
  )

  const get = {
    method: 'get',
    path: '/spaces/{key}',
    tags,
    summary: 'Read a space',
    request: { params: KeyParam },
  } as const
  door.openapi(createRoute({ ...get, responses: { ...problems, 200: json(Space, 'The space.') } }), async (c) =>
    c.json(Space.parse(await getSpace(app, actorOf(c), c.req.valid('param').key)), 200),
  )

  const change = { method: 'patch', path: '/spaces/{key}', tags, summary: 'Change a space' } as const
  const changed = { request: { params: KeyParam, body: body(SpaceChange) } }
  door.openapi(
    createRoute({ ...change, ...changed, responses: { ...problems, 200: json(Space, 'The space.') } }),
    async (c) =>
      c.json(Space.parse(await updateSpace(app, actorOf(c), c.req.valid('param').key, c.req.valid('json'))), 200),
  )

  const remove = {
    method: 'delete',
    path: '/spaces/{key}',
    tags,
    summary: 'Delete a space',
    request: { params: KeyParam },
  } as const
  const removeAnswers = { ...problems, 204: done, 409: problem('An integration keeps this space.') }
  door.openapi(createRoute({ ...remove, responses: removeAnswers }), async (c) => {
    await deleteSpace(app, actorOf(c), c.req.valid('param').key)
    return c.body(null, 204)
  })

  mountMembers(door, app)
  return door
}

function mountMembers(door: Door, app: App): void {
  const path = '/spaces/{key}/members'
  const list = { method: 'get', path, tags, summary: 'Who is in a space', request: { params: KeyParam } } as const
  door.openapi(createRoute({ ...list, responses: { ...problems, 200: json(Members, 'All members.') } }), async (c) =>
    c.json(Members.parse(await listMembers(app, actorOf(c), c.req.valid('param').key)), 200),
  )

  const set = { method: 'put', path, tags, summary: 'Say who is in a space' } as const
  const given = { request: { params: KeyParam, body: body(SpaceMembers) } }
  door.openapi(
    createRoute({ ...set, ...given, responses: { ...problems, 200: json(Members, 'All members.') } }),
    async (c) =>
      c.json(Members.parse(await setMembers(app, actorOf(c), c.req.valid('param').key, c.req.valid('json'))), 200),
  )
}

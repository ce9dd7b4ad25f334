import { createRoute } from '@hono/zod-openapi'
import { Group, GroupChange, NewGroup } from '#schema/access.ts'
import { ListQuery, pageOf } from '#schema/common.ts'
import { createGroup, deleteGroup, getGroup, listGroups, updateGroup } from '#server/access/groups.ts'
import type { App } from '#server/app.ts'
import { actorOf, body, done, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Groups']
const GroupPage = pageOf(Group)

export function groupDoors(app: App): Door {
  const door = openDoor()

  const list = { method: 'get', path: '/groups', tags, summary: 'List groups', request: { query: ListQuery } } as const
  door.openapi(createRoute({ ...list, responses: { ...problems, 200: json(GroupPage, 'By name.') } }), async (c) =>
    c.json(GroupPage.parse(await listGroups(app, actorOf(c), c.req.valid('query'))), 200),
  )

  const create = {
    method: 'post',
    path: '/groups',
    tags,
    summary: 'Make a group',
    request: { body: body(NewGroup) },
  } as const
  const createAnswers = { ...problems, 201: json(Group, 'The group.'), 409: problem('There is a group of this name.') }
  door.openapi(createRoute({ ...create, responses: createAnswers }), async (c) =>
    c.json(Group.parse(await createGroup(app, actorOf(c), c.req.valid('json'))), 201),
  )

  const get = {
    method: 'get',
    path: '/groups/{id}',
    tags,
    summary: 'Read a group',
    request: { params: IdParam },
  } as const
  door.openapi(createRoute({ ...get, responses: { ...problems, 200: json(Group, 'The group.') } }), async (c) =>
    c.json(Group.parse(await getGroup(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  const change = { method: 'patch', path: '/groups/{id}', tags, summary: 'Change a group' } as const
  const changed = { request: { params: IdParam, body: body(GroupChange) } }
  const changeAnswers = { ...problems, 200: json(Group, 'The group.'), 409: problem('There is a group of this name.') }
  door.openapi(createRoute({ ...change, ...changed, responses: changeAnswers }), async (c) =>
    c.json(Group.parse(await updateGroup(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))), 200),
  )

  const remove = {
    method: 'delete',
    path: '/groups/{id}',
    tags,
    summary: 'Delete a group',
    request: { params: IdParam },
  } as const
  door.openapi(createRoute({ ...remove, responses: { ...problems, 204: done } }), async (c) => {
    await deleteGroup(app, actorOf(c), c.req.valid('param').id)
    return c.body(null, 204)
  })
  return door
}

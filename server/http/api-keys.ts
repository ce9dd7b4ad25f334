import { createRoute } from '@hono/zod-openapi'
import { ApiKey, CreatedApiKey, NewApiKey } from '#schema/access.ts'
import { ListQuery, pageOf } from '#schema/common.ts'
import { createApiKey, deleteApiKey, listApiKeys } from '#server/access/api-keys.ts'
import type { App } from '#server/app.ts'
import { actorOf, body, done, IdParam, json, openDoor, problems, type Door } from './door.ts'

const tags = ['API keys']
const ApiKeyPage = pageOf(ApiKey)

export function apiKeyDoors(app: App): Door {
  const door = openDoor()

  const list = {
    method: 'get',
    path: '/api-keys',
    tags,
    summary: 'My API keys',
    request: { query: ListQuery },
  } as const
  door.openapi(
    createRoute({ ...list, responses: { ...problems, 200: json(ApiKeyPage, 'Newest first.') } }),
    async (c) => c.json(ApiKeyPage.parse(await listApiKeys(app, actorOf(c), c.req.valid('query'))), 200),
  )

  const create = {
    method: 'post',
    path: '/api-keys',
    tags,
    summary: 'Make an API key',
    request: { body: body(NewApiKey) },
  } as const
  const created = json(CreatedApiKey, 'The key; it is told this once.')
  door.openapi(createRoute({ ...create, responses: { ...problems, 201: created } }), async (c) =>
    c.json(CreatedApiKey.parse(await createApiKey(app, actorOf(c), c.req.valid('json'))), 201),
  )

  const remove = {
    method: 'delete',
    path: '/api-keys/{id}',
    tags,
    summary: 'End an API key',
    request: { params: IdParam },
  } as const
  door.openapi(createRoute({ ...remove, responses: { ...problems, 204: done } }), async (c) => {
    await deleteApiKey(app, actorOf(c), c.req.valid('param').id)
    return c.body(null, 204)
  })
  return door
}

import { createRoute } from '@hono/zod-openapi'
import { ListQuery, pageOf } from '#schema/common.ts'
import { CheckReport, Integration, IntegrationChange, NewIntegration } from '#schema/integration.ts'
import type { App } from '#server/app.ts'
import { changeIntegration } from '#server/integrations/change.ts'
import { testIntegration } from '#server/integrations/check.ts'
import { createIntegration, deleteIntegration } from '#server/integrations/connect.ts'
import { getIntegration, listIntegrations } from '#server/integrations/read.ts'
import { actorOf, body, done, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Integrations']
const IntegrationPage = pageOf(Integration)
const refusals = {
  409: problem('The name is taken, or somebody else changed it meanwhile.'),
  422: problem('The connection does not work; `code` and `checks` name what is wrong.'),
}

export function integrationDoors(app: App): Door {
  const door = openDoor()

  const list = {
    method: 'get',
    path: '/integrations',
    tags,
    summary: 'List integrations, newest first',
    request: { query: ListQuery },
  } as const
  door.openapi(
    createRoute({ ...list, responses: { ...problems, 200: json(IntegrationPage, 'Newest first.') } }),
    async (c) => c.json(IntegrationPage.parse(await listIntegrations(app, actorOf(c), c.req.valid('query'))), 200),
  )

  const create = {
    method: 'post',
    path: '/integrations',
    tags,
    summary: 'Connect, after a passed check, and start the first full sync',
    request: { body: body(NewIntegration) },
  } as const
  door.openapi(
    createRoute({ ...create, responses: { ...problems, ...refusals, 201: json(Integration, 'Connected.') } }),
    async (c) => c.json(Integration.parse(await createIntegration(app, actorOf(c), c.req.valid('json'))), 201),
  )

  const get = {
    method: 'get',
    path: '/integrations/{id}',
    tags,
    summary: 'Read an integration',
    request: { params: IdParam },
  } as const
  door.openapi(
    createRoute({ ...get, responses: { ...problems, 200: json(Integration, 'The integration.') } }),
    async (c) => c.json(Integration.parse(await getIntegration(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  const change = {
    method: 'patch',
    path: '/integrations/{id}',
    tags,
    summary: 'Change an integration or renew its key',
    request: { params: IdParam, body: body(IntegrationChange) },
  } as const
  door.openapi(
    createRoute({ ...change, responses: { ...problems, ...refusals, 200: json(Integration, 'The integration.') } }),
    async (c) =>
      c.json(
        Integration.parse(await changeIntegration(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))),
        200,
      ),
  )

  const remove = {
    method: 'delete',
    path: '/integrations/{id}',
    tags,
    summary: 'Delete an integration with all that was synced through it',
    request: { params: IdParam },
  } as const
  door.openapi(createRoute({ ...remove, responses: { ...problems, 204: done } }), async (c) => {
    await deleteIntegration(app, actorOf(c), c.req.valid('param').id)
    return c.body(null, 204)
  })

  const test = {
    method: 'post',
    path: '/integrations/{id}/test',
    tags,
    summary: 'Test the connection now',
    request: { params: IdParam },
  } as const
  door.openapi(
    createRoute({ ...test, responses: { ...problems, 200: json(CheckReport, 'What passed and what did not.') } }),
    async (c) => c.json(CheckReport.parse(await testIntegration(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  return door
}

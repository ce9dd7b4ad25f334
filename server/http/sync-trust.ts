import { createRoute, z } from '@hono/zod-openapi'
import { Id, ListQuery } from '#schema/common.ts'
import { SyncRun } from '#schema/integration.ts'
import {
  Brake,
  BrakedDocumentPage,
  BrakeDecision,
  BrakePage,
  BrakeQuery,
  HiddenDocumentPage,
  HiddenQuery,
  IntegrationHealth,
} from '#schema/sync-health.ts'
import type { App } from '#server/app.ts'
import { confirmBrake, getBrake, listBrakedDocuments, listBrakes, rejectBrake } from '#server/integrations/brakes.ts'
import { getHealth } from '#server/integrations/health.ts'
import { listHidden, restoreHidden } from '#server/integrations/hidden.ts'
import { retrySkipped } from '#server/integrations/retry-skipped.ts'
import { actorOf, body, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Sync health']
const HiddenParams = z.strictObject({ id: Id, documentId: Id })
const RunParams = z.strictObject({ id: Id, runId: Id })

/** Health of an integration, what it holds back, and what it hid. */
export function syncTrustDoors(app: App): Door {
  const door = openDoor()

  const health = {
    method: 'get',
    path: '/integrations/{id}/health',
    tags,
    summary: 'How well an integration is kept in step',
    request: { params: IdParam },
  } as const
  door.openapi(
    createRoute({ ...health, responses: { ...problems, 200: json(IntegrationHealth, 'Its health now.') } }),
    async (c) => c.json(IntegrationHealth.parse(await getHealth(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  const brakes = {
    method: 'get',
    path: '/integrations/{id}/brakes',
    tags,
    summary: 'List what would go at once and needs an admin, newest first',
    request: { params: IdParam, query: BrakeQuery },
  } as const
  door.openapi(
    createRoute({ ...brakes, responses: { ...problems, 200: json(BrakePage, 'Newest first.') } }),
    async (c) =>
      c.json(BrakePage.parse(await listBrakes(app, actorOf(c), c.req.valid('param').id, c.req.valid('query'))), 200),
  )

  const brake = {
    method: 'get',
    path: '/brakes/{id}',
    tags,
    summary: 'Read a brake',
    request: { params: IdParam },
  } as const
  door.openapi(createRoute({ ...brake, responses: { ...problems, 200: json(Brake, 'The brake.') } }), async (c) =>
    c.json(Brake.parse(await getBrake(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  const documents = {
    method: 'get',
    path: '/brakes/{id}/documents',
    tags,
    summary: 'List what a brake holds back: documents, or attachments or comments with their pages',
    request: { params: IdParam, query: ListQuery },
  } as const
  door.openapi(
    createRoute({ ...documents, responses: { ...problems, 200: json(BrakedDocumentPage, 'By their ids there.') } }),
    async (c) =>
      c.json(
        BrakedDocumentPage.parse(
          await listBrakedDocuments(app, actorOf(c), c.req.valid('param').id, c.req.valid('query')),
        ),
        200,
      ),
  )

  const decided = { 409: problem('It is decided or over, or about others by now.') }
  const confirm = {
    method: 'post',
    path: '/brakes/{id}/confirm',
    tags,
    summary: 'Let exactly these go, by a run that begins at once',
    request: { params: IdParam, body: body(BrakeDecision) },
  } as const
  door.openapi(
    createRoute({ ...confirm, responses: { ...problems, ...decided, 200: json(Brake, 'Confirmed.') } }),
    async (c) =>
      c.json(Brake.parse(await confirmBrake(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))), 200),
  )

  const reject = {
    method: 'post',
    path: '/brakes/{id}/reject',
    tags,
    summary: 'Keep these, and do not ask for the same ones again',
    request: { params: IdParam, body: body(BrakeDecision) },
  } as const
  door.openapi(
    createRoute({ ...reject, responses: { ...problems, ...decided, 200: json(Brake, 'Rejected.') } }),
    async (c) =>
      c.json(Brake.parse(await rejectBrake(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))), 200),
  )

  const hidden = {
    method: 'get',
    path: '/integrations/{id}/hidden',
    tags,
    summary: 'List hidden documents, lately hidden first',
    request: { params: IdParam, query: HiddenQuery },
  } as const
  door.openapi(
    createRoute({ ...hidden, responses: { ...problems, 200: json(HiddenDocumentPage, 'Lately hidden first.') } }),
    async (c) =>
      c.json(
        HiddenDocumentPage.parse(await listHidden(app, actorOf(c), c.req.valid('param').id, c.req.valid('query'))),
        200,
      ),
  )

  const restore = {
    method: 'post',
    path: '/integrations/{id}/hidden/{documentId}/restore',
    tags,
    summary: 'Have a hidden document read anew from Confluence',
    request: { params: HiddenParams },
  } as const
  const restored = { 202: json(SyncRun, 'The run that brings it.'), 409: problem('Confluence has it no more.') }
  door.openapi(createRoute({ ...restore, responses: { ...problems, ...restored } }), async (c) => {
    const { id, documentId } = c.req.valid('param')
    return c.json(SyncRun.parse(await restoreHidden(app, actorOf(c), id, documentId)), 202)
  })

  const retry = {
    method: 'post',
    path: '/integrations/{id}/runs/{runId}/skipped/retry',
    tags,
    summary: 'Ask again for what a run skipped',
    request: { params: RunParams },
  } as const
  const retried = { 202: json(SyncRun, 'Queued.'), 409: problem('Nothing to retry, or a run is under way.') }
  door.openapi(createRoute({ ...retry, responses: { ...problems, ...retried } }), async (c) => {
    const { id, runId } = c.req.valid('param')
    return c.json(SyncRun.parse(await retrySkipped(app, actorOf(c), id, runId)), 202)
  })

  return door
}

import { createRoute, z } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import { Id, ListQuery, pageOf } from '#schema/common.ts'
import { NewRun, SkippedItem, SyncRun } from '#schema/integration.ts'
import type { App } from '#server/app.ts'
import { getRun, listRuns, listSkipped, requestRun, watchRun } from '#server/integrations/runs.ts'
import { pause } from '#server/platform/backoff.ts'
import { actorOf, body, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Sync runs']
const RunParams = z.strictObject({ id: Id, runId: Id })
const RunPage = pageOf(SyncRun)
const SkippedPage = pageOf(SkippedItem)

export function runDoors(app: App): Door {
  const door = openDoor()

  const start = {
    method: 'post',
    path: '/integrations/{id}/sync',
    tags,
    summary: 'Start a sync run',
    request: { params: IdParam, body: body(NewRun) },
  } as const
  door.openapi(
    createRoute({
      ...start,
      responses: { ...problems, 202: json(SyncRun, 'Queued.'), 409: problem('A run is already waiting or running.') },
    }),
    async (c) =>
      c.json(SyncRun.parse(await requestRun(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))), 202),
  )

  const list = {
    method: 'get',
    path: '/integrations/{id}/runs',
    tags,
    summary: 'List sync runs, newest first',
    request: { params: IdParam, query: ListQuery },
  } as const
  door.openapi(createRoute({ ...list, responses: { ...problems, 200: json(RunPage, 'Newest first.') } }), async (c) =>
    c.json(RunPage.parse(await listRuns(app, actorOf(c), c.req.valid('param').id, c.req.valid('query'))), 200),
  )

  const get = {
    method: 'get',
    path: '/integrations/{id}/runs/{runId}',
    tags,
    summary: 'Read a sync run with its progress',
    request: { params: RunParams },
  } as const
  door.openapi(createRoute({ ...get, responses: { ...problems, 200: json(SyncRun, 'The run.') } }), async (c) => {
    const { id, runId } = c.req.valid('param')
    return c.json(SyncRun.parse(await getRun(app, actorOf(c), id, runId)), 200)
  })

  const skipped = {
    method: 'get',
    path: '/integrations/{id}/runs/{runId}/skipped',
    tags,
    summary: 'List what a run left out, with the reason',
    request: { params: RunParams, query: ListQuery },
  } as const
  door.openapi(
    createRoute({ ...skipped, responses: { ...problems, 200: json(SkippedPage, 'In the order it was met.') } }),
    async (c) => {
      const { id, runId } = c.req.valid('param')
      return c.json(SkippedPage.parse(await listSkipped(app, actorOf(c), id, runId, c.req.valid('query'))), 200)
    },
  )

  const watch = {
    method: 'get',
    path: '/integrations/{id}/runs/{runId}/events',
    tags,
    summary: 'Watch a sync run: server-sent events named `run`, each the run as JSON',
    request: { params: RunParams },
  } as const
  door.openapi(
    createRoute({ ...watch, responses: { ...problems, 200: { description: 'A stream that ends with the run.' } } }),
    async (c) => {
      const { id, runId } = c.req.valid('param')
      const actor = actorOf(c)
      // Refusals must be told before the stream begins.
      await getRun(app, actor, id, runId)
      return streamSSE(c, async (stream) => {
        const gone = new AbortController()
        stream.onAbort(() => gone.abort())
        const over = AbortSignal.any([gone.signal, app.jobs.stopping])
        try {
          for await (const run of watchRun(app, actor, id, runId, (ms) => pause(ms, over)))
            await stream.writeSSE({ event: 'run', data: JSON.stringify(SyncRun.parse(run)) })
        } catch (error) {
          if (!over.aborted) throw error
        }
      })
    },
  )

  return door
}

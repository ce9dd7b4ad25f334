import { createRoute, z } from '@hono/zod-openapi'
import { pageOf } from '#schema/common.ts'
import { Scope } from '#schema/credential.ts'
import { DryRun, DryRunResult, RunQuery, SendTest, SendTestResult, WorkflowRun } from '#schema/workflow-api.ts'
import { Slug } from '#schema/workflow.ts'
import type { App } from '#server/app.ts'
import { dryRun, dryRunDraft } from '#server/workflows/dry-run.ts'
import { listRuns } from '#server/workflows/runs.ts'
import { testAction } from '#server/workflows/test-send.ts'
import { actorOf, body, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Workflows']
const RunPage = pageOf(WorkflowRun)
const ScopeParam = z.object({ scope: Scope })
const ActionParam = IdParam.extend({ actionId: Slug })
const invalid = problem('The definition cannot be read; `errors` lists every fault.')

export function workflowRunDoors(app: App): Door {
  const door = openDoor()
  ofRuns(door, app)
  ofDryRuns(door, app)
  ofTests(door, app)
  return door
}

function ofRuns(door: Door, app: App): void {
  const list = {
    method: 'get',
    path: '/workflows/{id}/runs',
    tags,
    summary: 'What became of its triggers',
    request: { params: IdParam, query: RunQuery },
  } as const
  const answers = { ...problems, 200: json(RunPage, 'Newest first.') }
  door.openapi(createRoute({ ...list, responses: answers }), async (c) => {
    const page = await listRuns(app, actorOf(c), c.req.valid('param').id, c.req.valid('query'))
    return c.json(RunPage.parse(page), 200)
  })
}

function ofDryRuns(door: Door, app: App): void {
  const answers = { ...problems, 200: json(DryRunResult, 'Trigger by trigger; nothing was sent.'), 422: invalid }
  const saved = {
    method: 'post',
    path: '/workflows/{id}/dry-run',
    tags,
    summary: 'What would happen if an event befell a page',
    request: { params: IdParam, body: body(DryRun) },
  } as const
  door.openapi(createRoute({ ...saved, responses: answers }), async (c) => {
    const result = await dryRun(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))
    return c.json(DryRunResult.parse(result), 200)
  })

  const draft = {
    method: 'post',
    path: '/scopes/{scope}/workflows/dry-run',
    tags,
    summary: 'The same of a definition that is not saved',
    request: { params: ScopeParam, body: body(DryRun) },
  } as const
  door.openapi(createRoute({ ...draft, responses: answers }), async (c) => {
    const result = await dryRunDraft(app, actorOf(c), c.req.valid('param').scope, c.req.valid('json'))
    return c.json(DryRunResult.parse(result), 200)
  })
}

function ofTests(door: Door, app: App): void {
  const test = {
    method: 'post',
    path: '/workflows/{id}/actions/{actionId}/test',
    tags,
    summary: 'Send one webhook now, as the caller',
    request: { params: ActionParam, body: body(SendTest) },
  } as const
  const answers = {
    ...problems,
    200: json(SendTestResult, 'What came of it; never the answer itself.'),
    409: problem('Its credential’s secret or its signing secret cannot be used now.'),
    422: problem('It is no webhook, or may not be sent there: by the credential’s domains, or by the guard.'),
    429: problem('It was tested too often.'),
  }
  door.openapi(createRoute({ ...test, responses: answers }), async (c) => {
    const { id, actionId } = c.req.valid('param')
    return c.json(SendTestResult.parse(await testAction(app, actorOf(c), id, actionId, c.req.valid('json'))), 200)
  })
}

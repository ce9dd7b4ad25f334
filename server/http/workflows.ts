import { createRoute, z } from '@hono/zod-openapi'
import { ListQuery, pageOf } from '#schema/common.ts'
import { Scope } from '#schema/credential.ts'
import {
  DefinitionCheck,
  DefinitionVerdict,
  NewWorkflow,
  SigningSecret,
  Workflow,
  WorkflowChange,
  WorkflowCopy,
  WorkflowDeletion,
  WorkflowDetail,
  WorkflowVersion,
  WorkflowVersionDetail,
} from '#schema/workflow-api.ts'
import { Slug } from '#schema/workflow.ts'
import type { App } from '#server/app.ts'
import { changeWorkflow } from '#server/workflows/change.ts'
import { checkDefinition } from '#server/workflows/check.ts'
import { copyWorkflow } from '#server/workflows/copy.ts'
import { createWorkflow } from '#server/workflows/define.ts'
import { removeWorkflow } from '#server/workflows/delete.ts'
import { publishedSchema } from '#server/workflows/published-schema.ts'
import { listWorkflows, readWorkflow } from '#server/workflows/read.ts'
import { renewSecret } from '#server/workflows/signing-secret.ts'
import { listVersions, readVersion } from '#server/workflows/versions.ts'
import { actorOf, body, done, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Workflows']
const WorkflowPage = pageOf(Workflow)
const VersionPage = pageOf(WorkflowVersion)
const ScopeParam = z.object({ scope: Scope })
const ActionParam = IdParam.extend({ actionId: Slug })
const VersionParam = IdParam.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) })
const detail = json(WorkflowDetail, 'The workflow with its definition.')
const invalid = problem('The definition has faults: `errors` lists all of them.')

export function workflowDoors(app: App): Door {
  const door = openDoor()
  ofScope(door, app)
  ofSchema(door)
  ofOne(door, app)
  ofCopies(door, app)
  ofVersions(door, app)
  return door
}

function ofScope(door: Door, app: App): void {
  const path = '/scopes/{scope}/workflows'
  const list = {
    method: 'get',
    path,
    tags,
    summary: 'Workflows of a scope',
    request: { params: ScopeParam, query: ListQuery },
  } as const
  door.openapi(createRoute({ ...list, responses: { ...problems, 200: json(WorkflowPage, 'By name.') } }), async (c) => {
    const page = await listWorkflows(app, actorOf(c), c.req.valid('param').scope, c.req.valid('query'))
    return c.json(WorkflowPage.parse(page), 200)
  })

  const create = {
    method: 'post',
    path,
    tags,
    summary: 'Make a workflow',
    request: { params: ScopeParam, body: body(NewWorkflow) },
  } as const
  const made = { ...problems, 201: detail, 409: problem('The scope has a workflow of this name.'), 422: invalid }
  door.openapi(createRoute({ ...create, responses: made }), async (c) => {
    const workflow = await createWorkflow(app, actorOf(c), c.req.valid('param').scope, c.req.valid('json'))
    return c.json(WorkflowDetail.parse(workflow), 201)
  })

  const check = {
    method: 'post',
    path: `${path}/check`,
    tags,
    summary: 'What is wrong with a definition? Stores nothing',
    request: { params: ScopeParam, body: body(DefinitionCheck) },
  } as const
  const verdict = { ...problems, 200: json(DefinitionVerdict, 'Everything that was found.') }
  door.openapi(createRoute({ ...check, responses: verdict }), async (c) => {
    const found = await checkDefinition(app, actorOf(c), c.req.valid('param').scope, c.req.valid('json'))
    return c.json(DefinitionVerdict.parse(found), 200)
  })
}

function ofSchema(door: Door): void {
  const schema = { method: 'get', path: '/workflows/schema', tags, summary: 'The JSON Schema of a definition' } as const
  const answer = json(z.record(z.string(), z.unknown()), 'JSON Schema 2020-12.')
  door.openapi(createRoute({ ...schema, responses: { ...problems, 200: answer } }), (c) => {
    actorOf(c)
    return c.json(publishedSchema(), 200)
  })
}

function ofOne(door: Door, app: App): void {
  const path = '/workflows/{id}'
  const get = { method: 'get', path, tags, summary: 'Read a workflow', request: { params: IdParam } } as const
  const read = { ...problems, 200: detail, 409: problem('Another version of Lockkeeper wrote it.') }
  door.openapi(createRoute({ ...get, responses: read }), async (c) =>
    c.json(WorkflowDetail.parse(await readWorkflow(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  const change = {
    method: 'put',
    path,
    tags,
    summary: 'Change a workflow',
    request: { params: IdParam, body: body(WorkflowChange) },
  } as const
  const changed = {
    ...problems,
    200: detail,
    409: problem('It was changed meanwhile, pages stand in a status that would be no more, or the name is taken.'),
    422: invalid,
  }
  door.openapi(createRoute({ ...change, responses: changed }), async (c) => {
    const workflow = await changeWorkflow(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))
    return c.json(WorkflowDetail.parse(workflow), 200)
  })

  const remove = {
    method: 'delete',
    path,
    tags,
    summary: 'Delete a workflow',
    request: { params: IdParam, query: WorkflowDeletion },
  } as const
  const removed = { ...problems, 204: done, 409: problem('Pages have a status in it.') }
  door.openapi(createRoute({ ...remove, responses: removed }), async (c) => {
    await removeWorkflow(app, actorOf(c), c.req.valid('param').id, c.req.valid('query'))
    return c.body(null, 204)
  })
}

function ofCopies(door: Door, app: App): void {
  const copy = {
    method: 'post',
    path: '/workflows/{id}/copy',
    tags,
    summary: 'Copy a workflow into a scope',
    request: { params: IdParam, body: body(WorkflowCopy) },
  } as const
  const copied = { ...problems, 201: detail, 409: problem('The scope has a workflow of this name.'), 422: invalid }
  door.openapi(createRoute({ ...copy, responses: copied }), async (c) => {
    const workflow = await copyWorkflow(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))
    return c.json(WorkflowDetail.parse(workflow), 201)
  })

  const renew = {
    method: 'post',
    path: '/workflows/{id}/actions/{actionId}/signing-secret',
    tags,
    summary: 'Renew the secret that a webhook is signed with',
    request: { params: ActionParam },
  } as const
  const renewed = json(SigningSecret, 'The new one, shown this once.')
  door.openapi(createRoute({ ...renew, responses: { ...problems, 200: renewed } }), async (c) => {
    const { id, actionId } = c.req.valid('param')
    return c.json(SigningSecret.parse(await renewSecret(app, actorOf(c), id, actionId)), 200)
  })
}

function ofVersions(door: Door, app: App): void {
  const path = '/workflows/{id}/versions'
  const list = {
    method: 'get',
    path,
    tags,
    summary: 'Who changed the definition of a workflow, and when',
    request: { params: IdParam, query: ListQuery },
  } as const
  door.openapi(
    createRoute({ ...list, responses: { ...problems, 200: json(VersionPage, 'Newest first.') } }),
    async (c) => {
      const page = await listVersions(app, actorOf(c), c.req.valid('param').id, c.req.valid('query'))
      return c.json(VersionPage.parse(page), 200)
    },
  )

  const get = {
    method: 'get',
    path: `${path}/{version}`,
    tags,
    summary: 'What the definition of a workflow was',
    request: { params: VersionParam },
  } as const
  const read = { ...problems, 200: json(WorkflowVersionDetail, 'The definition.'), 409: problem('It cannot be read.') }
  door.openapi(createRoute({ ...get, responses: read }), async (c) => {
    const { id, version } = c.req.valid('param')
    return c.json(WorkflowVersionDetail.parse(await readVersion(app, actorOf(c), id, version)), 200)
  })
}

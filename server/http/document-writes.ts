import { createRoute } from '@hono/zod-openapi'
import { Document } from '#schema/document.ts'
import {
  DocumentChange,
  DocumentLabels,
  DocumentMove,
  DryRunQuery,
  EditProposal,
  NewDocument,
  PublishPreview,
} from '#schema/publish.ts'
import type { App } from '#server/app.ts'
import { previewChange } from '#server/integrations/publish/change.ts'
import { previewCreation } from '#server/integrations/publish/create.ts'
import {
  writeChange,
  writeLabels,
  writeMove,
  writeNew,
  writeRestore,
  writeTrash,
} from '#server/integrations/publish/written.ts'
import { actorOf, body, done, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Documents']
const refused = {
  ...problems,
  409: problem('Others changed it meanwhile (`conflict` with both sides), the title is taken, or a draft waits there.'),
  422: problem('It cannot be written like this; `errors` names what.'),
  502: problem('Confluence cannot be reached, or it is not known whether the change arrived (`outcome-unknown`).'),
}
const waits = json(EditProposal, 'The API key may only propose: the edit waits for a person.')

export function documentWriteDoors(app: App): Door {
  const door = openDoor()
  ofTexts(door, app)
  ofPlaces(door, app)
  return door
}

function ofTexts(door: Door, app: App): void {
  const create = {
    method: 'post',
    path: '/documents',
    tags,
    summary: 'Make a page or blog post in Confluence',
    request: { query: DryRunQuery, body: body(NewDocument) },
  } as const
  const made = {
    ...refused,
    200: json(PublishPreview, 'With `dryRun`: what would be sent. Nothing was.'),
    201: json(Document, 'It is in Confluence, and here.'),
    202: waits,
  }
  door.openapi(createRoute({ ...create, responses: made }), async (c) => {
    const input = c.req.valid('json')
    if (c.req.valid('query').dryRun)
      return c.json(PublishPreview.parse(await previewCreation(app, actorOf(c), input)), 200)
    const { document, proposal } = await writeNew(app, actorOf(c), input)
    if (proposal !== undefined) return c.json(EditProposal.parse(proposal), 202)
    return c.json(Document.parse(document), 201)
  })

  const change = {
    method: 'put',
    path: '/documents/{id}',
    tags,
    summary: 'Edit a page or blog post in Confluence',
    request: { params: IdParam, query: DryRunQuery, body: body(DocumentChange) },
  } as const
  const changed = {
    ...refused,
    200: json(Document.or(PublishPreview), 'As it is now; with `dryRun` what would be sent, and nothing was.'),
    202: waits,
  }
  door.openapi(createRoute({ ...change, responses: changed }), async (c) => {
    const { id } = c.req.valid('param')
    const input = c.req.valid('json')
    if (c.req.valid('query').dryRun)
      return c.json(PublishPreview.parse(await previewChange(app, actorOf(c), id, input)), 200)
    const { document, proposal } = await writeChange(app, actorOf(c), id, input)
    if (proposal !== undefined) return c.json(EditProposal.parse(proposal), 202)
    return c.json(Document.parse(document), 200)
  })

  const trash = {
    method: 'delete',
    path: '/documents/{id}',
    tags,
    summary: 'Throw a page or blog post into Confluence’s trash',
    request: { params: IdParam },
  } as const
  door.openapi(createRoute({ ...trash, responses: { ...refused, 202: waits, 204: done } }), async (c) => {
    const proposal = await writeTrash(app, actorOf(c), c.req.valid('param').id)
    return proposal === undefined ? c.body(null, 204) : c.json(EditProposal.parse(proposal), 202)
  })
}

function ofPlaces(door: Door, app: App): void {
  const now = { ...refused, 200: json(Document, 'As it is now.') }
  const restore = {
    method: 'post',
    path: '/documents/{id}/restore',
    tags,
    summary: 'Take a document out of Confluence’s trash',
    request: { params: IdParam },
  } as const
  door.openapi(createRoute({ ...restore, responses: now }), async (c) =>
    c.json(Document.parse(await writeRestore(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  const move = {
    method: 'post',
    path: '/documents/{id}/move',
    tags,
    summary: 'Move a page in the tree of its space',
    request: { params: IdParam, body: body(DocumentMove) },
  } as const
  door.openapi(createRoute({ ...move, responses: now }), async (c) => {
    const { id } = c.req.valid('param')
    return c.json(Document.parse(await writeMove(app, actorOf(c), id, c.req.valid('json'))), 200)
  })

  const labels = {
    method: 'put',
    path: '/documents/{id}/labels',
    tags,
    summary: 'Set the labels of a document',
    request: { params: IdParam, body: body(DocumentLabels) },
  } as const
  door.openapi(createRoute({ ...labels, responses: now }), async (c) => {
    const { id } = c.req.valid('param')
    return c.json(Document.parse(await writeLabels(app, actorOf(c), id, c.req.valid('json').labels)), 200)
  })
}

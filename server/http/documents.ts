import { createRoute } from '@hono/zod-openapi'
import { ListQuery, pageOf } from '#schema/common.ts'
import { Document, DocumentDetail, DocumentQuery, DocumentReadQuery, DocumentVersion } from '#schema/document.ts'
import type { App } from '#server/app.ts'
import { listDocuments } from '#server/content/list.ts'
import { getDocument } from '#server/content/read.ts'
import { listVersions } from '#server/content/versions.ts'
import { renderDocument, renderEditView } from '#server/integrations/render.ts'
import { actorOf, IdParam, json, openDoor, problems, type Door } from './door.ts'

const tags = ['Documents']
const DocumentPage = pageOf(Document)
const VersionPage = pageOf(DocumentVersion)

export function documentDoors(app: App): Door {
  const door = openDoor()

  const list = {
    method: 'get',
    path: '/documents',
    tags,
    summary: 'Documents I may read',
    request: { query: DocumentQuery },
  } as const
  const listed = json(DocumentPage, 'With `parent` in the order of the tree.')
  door.openapi(createRoute({ ...list, responses: { ...problems, 200: listed } }), async (c) =>
    c.json(DocumentPage.parse(await listDocuments(app, actorOf(c), c.req.valid('query'))), 200),
  )

  const get = {
    method: 'get',
    path: '/documents/{id}',
    tags,
    summary: 'Read a document',
    request: { params: IdParam, query: DocumentReadQuery },
  } as const
  const detail = json(DocumentDetail, 'The document with its body as Markdown, raw storage, HTML, or Markdown to edit.')
  door.openapi(createRoute({ ...get, responses: { ...problems, 200: detail } }), async (c) => {
    const { id } = c.req.valid('param')
    const { as } = c.req.valid('query')
    const render = as === 'edit' ? renderEditView : renderDocument
    const document = await getDocument(app, actorOf(c), id, as, render)
    return c.json(DocumentDetail.parse(document), 200)
  })

  const versions = {
    method: 'get',
    path: '/documents/{id}/versions',
    tags,
    summary: 'Versions of a document',
    request: { params: IdParam, query: ListQuery },
  } as const
  door.openapi(
    createRoute({ ...versions, responses: { ...problems, 200: json(VersionPage, 'Newest first.') } }),
    async (c) => {
      const { id } = c.req.valid('param')
      return c.json(VersionPage.parse(await listVersions(app, actorOf(c), id, c.req.valid('query'))), 200)
    },
  )
  return door
}

import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { Id, ListQuery } from '#schema/common.ts'
import { AttachmentPage, CommentPage, CommentQuery, VersionDiffQuery, VersionParam } from '#schema/document-parts.ts'
import { DocumentDetail, DocumentReadQuery } from '#schema/document.ts'
import { DocumentDiff } from '#schema/publish.ts'
import type { App } from '#server/app.ts'
import { openFile } from '#server/content/files.ts'
import { listAttachments, listComments } from '#server/content/list-parts.ts'
import { diffVersions, getOldVersion } from '#server/integrations/old-versions.ts'
import { renderDocument } from '#server/integrations/render.ts'
import { actorOf, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'
import { fileAnswer } from './file-answer.ts'

const tags = ['Documents']
const FileParam = z.object({ id: Id, attachmentId: Id })
const unanswered = { 502: problem('Confluence does not answer well.') }

export function documentPartDoors(app: App): Door {
  const door = openDoor()

  const attachments = {
    method: 'get',
    path: '/documents/{id}/attachments',
    tags,
    summary: 'Attachments of a document',
    request: { params: IdParam, query: ListQuery },
  } as const
  const listed = json(
    AttachmentPage,
    'With what became of their bytes and of their text for search, and the largest file that can be added.',
  )
  door.openapi(createRoute({ ...attachments, responses: { ...problems, 200: listed } }), async (c) => {
    const { id } = c.req.valid('param')
    return c.json(AttachmentPage.parse(await listAttachments(app, actorOf(c), id, c.req.valid('query'))), 200)
  })

  const file = {
    method: 'get',
    path: '/documents/{id}/attachments/{attachmentId}/file',
    tags,
    summary: 'Download an attachment',
    request: { params: FileParam },
  } as const
  const bytes = {
    description: 'The file, always to be saved, never to be shown.',
    content: { '*/*': { schema: z.any() } },
  }
  const fileAnswers = { ...problems, 200: bytes, 409: problem('Its bytes are not stored here; `detail` says why.') }
  door.openapi(createRoute({ ...file, responses: fileAnswers }), async (c) => {
    const { id, attachmentId } = c.req.valid('param')
    return fileAnswer(await openFile(app, actorOf(c), id, attachmentId))
  })

  const comments = {
    method: 'get',
    path: '/documents/{id}/comments',
    tags,
    summary: 'Comments on a document',
    request: { params: IdParam, query: CommentQuery },
  } as const
  const said = json(CommentPage, 'The oldest first, threads flat.')
  door.openapi(createRoute({ ...comments, responses: { ...problems, 200: said } }), async (c) => {
    const { id } = c.req.valid('param')
    const page = await listComments(app, actorOf(c), id, c.req.valid('query'), renderDocument)
    return c.json(CommentPage.parse(page), 200)
  })

  const version = {
    method: 'get',
    path: '/documents/{id}/versions/{number}',
    tags,
    summary: 'A document as it was',
    request: { params: VersionParam, query: DocumentReadQuery },
  } as const
  const old = json(
    DocumentDetail,
    'With title and body of that version, asked from Confluence now; the rest is as it is.',
  )
  door.openapi(createRoute({ ...version, responses: { ...problems, ...unanswered, 200: old } }), async (c) => {
    const { id, number } = c.req.valid('param')
    const document = await getOldVersion(app, actorOf(c), id, number, c.req.valid('query').as)
    return c.json(DocumentDetail.parse(document), 200)
  })

  const diff = {
    method: 'get',
    path: '/documents/{id}/versions/{number}/diff',
    tags,
    summary: 'What a version changed',
    request: { params: VersionParam, query: VersionDiffQuery },
  } as const
  const differs = json(DocumentDiff, 'Block by block, against the version before or the one that is asked for.')
  door.openapi(createRoute({ ...diff, responses: { ...problems, ...unanswered, 200: differs } }), async (c) => {
    const { id, number } = c.req.valid('param')
    const { against } = c.req.valid('query')
    return c.json(DocumentDiff.parse(await diffVersions(app, actorOf(c), id, number, against)), 200)
  })
  return door
}

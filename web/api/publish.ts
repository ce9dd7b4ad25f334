import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { Document, DocumentDetail } from '#schema/document.ts'
import {
  type DocumentChange,
  type DocumentMove,
  EditConflict,
  type NewDocument,
  PublishPreview,
} from '#schema/publish.ts'
import { ApiProblem, Nothing, get, send } from './client.ts'

/** What was written, as far as the pages need it. */
const Written = z.object({ id: Document.shape.id, title: z.string(), version: z.number() })
export type Written = z.infer<typeof Written>

/** A document with its Markdown to edit: what Markdown cannot carry stands in it as a locked line. */
export function editViewQuery(id: string) {
  return queryOptions({
    queryKey: ['documents', 'one', id, 'edit'],
    queryFn: () => get(path(id), DocumentDetail, { as: 'edit' }),
    gcTime: 0,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function createDocument(input: z.input<typeof NewDocument>): Promise<Written> {
  return send('POST', '/documents', input, Written)
}

export function changeDocument(id: string, input: z.input<typeof DocumentChange>): Promise<Written> {
  return send('PUT', path(id), input, Written)
}

export function previewCreation(input: z.input<typeof NewDocument>): Promise<PublishPreview> {
  return send('POST', '/documents?dryRun=true', input, PublishPreview)
}

export function previewChange(id: string, input: z.input<typeof DocumentChange>): Promise<PublishPreview> {
  return send('PUT', `${path(id)}?dryRun=true`, input, PublishPreview)
}

export function moveDocument(id: string, input: DocumentMove) {
  return send('POST', `${path(id)}/move`, input, Nothing)
}

export function trashDocument(id: string) {
  return send('DELETE', path(id), undefined, Nothing)
}

export function restoreDocument(id: string) {
  return send('POST', `${path(id)}/restore`, undefined, Nothing)
}

export function setLabels(id: string, labels: string[]) {
  return send('PUT', `${path(id)}/labels`, { labels }, Nothing)
}

/** Both sides of an edit that met another one; undefined for every other problem. */
export function conflictOf(error: unknown): EditConflict | undefined {
  if (!(error instanceof ApiProblem) || error.status !== 409) return undefined
  return EditConflict.safeParse(error.members['conflict']).data
}

/** After a write: every list and every form of a document may be another one now. */
export async function forgetDocuments(queryClient: QueryClient): Promise<void> {
  await Promise.all(
    [['documents'], ['page-status'], ['spaces'], ['search']].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  )
}

function path(id: string): string {
  return `/documents/${encodeURIComponent(id)}`
}

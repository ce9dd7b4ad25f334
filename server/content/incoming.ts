import { createHash } from 'node:crypto'
import type { DocumentStatus, DocumentType } from '#schema/document.ts'
import { fold, storable } from './fold.ts'

/** A document as a sync or a publish brings it, already converted. Ids are the outside system's. */
export type IncomingDocument = {
  externalId: string
  type: DocumentType
  status: DocumentStatus
  title: string
  parentExternalId: string | null
  position: number | null
  version: number
  versionAt: Date | null
  versionAuthor: string | null
  versionMessage: string
  minorEdit?: boolean | undefined
  author: string | null
  createdAt: Date | null
  url: string | null
  /** undefined = leave as they are */
  labels: string[] | undefined
  storage: string
  markdown: string
  text: string
  headings: string
}

/** Titles and labels longer than this are cut: an index entry has a limit, and no reader sees more. */
const TITLE_CHARACTERS = 500
const LABEL_CHARACTERS = 255
const MOST_LABELS = 200
/** Of more headings the rest is found as the body's words that they are. */
const HEADINGS_CHARACTERS = 20_000
const GREATEST_INTEGER = 2_147_483_647

/** What is stored for a document whose content is new; the keys are column names. */
export type ContentRow = ReturnType<typeof toContentRow>

/** The same document with what PostgreSQL cannot hold taken out and with what an index cannot hold cut. */
export function tidy(document: IncomingDocument): IncomingDocument {
  return {
    ...document,
    externalId: storable(document.externalId),
    title: tidyTitle(document.title),
    parentExternalId: document.parentExternalId === null ? null : storable(document.parentExternalId),
    position: Number.isSafeInteger(document.position) ? document.position : null,
    version: Math.min(document.version, GREATEST_INTEGER),
    versionAt: storableDate(document.versionAt),
    versionAuthor: document.versionAuthor === null ? null : storable(document.versionAuthor),
    versionMessage: storable(document.versionMessage),
    author: document.author === null ? null : storable(document.author),
    createdAt: storableDate(document.createdAt),
    url: document.url === null ? null : storable(document.url),
    labels: document.labels === undefined ? undefined : tidyLabels(document.labels),
    storage: storable(document.storage),
    markdown: storable(document.markdown),
    text: storable(document.text),
    headings: storable(document.headings),
  }
}

export function tidyTitle(title: string): string {
  return storable(title).slice(0, TITLE_CHARACTERS).toWellFormed()
}

/** Labels as stored: cut, without doubles, sorted, so that two lists of the same labels are equal. */
export function tidyLabels(labels: string[]): string[] {
  const clean = labels.map((label) => storable(label).trim().slice(0, LABEL_CHARACTERS).toWellFormed())
  return [...new Set(clean)]
    .filter((label) => label !== '')
    .sort()
    .slice(0, MOST_LABELS)
}

export function toContentRow(document: IncomingDocument, at: { id: string; spaceId: string; labels: string[] }) {
  return {
    id: at.id,
    space_id: at.spaceId,
    external_id: document.externalId,
    type: document.type,
    status: document.status,
    title: document.title,
    title_folded: fold(document.title),
    parent_external_id: document.parentExternalId,
    position: document.position,
    version: document.version,
    version_at: document.versionAt,
    version_author: document.versionAuthor,
    version_message: document.versionMessage,
    author: document.author,
    source_created_at: document.createdAt,
    url: document.url,
    labels: at.labels,
    storage: document.storage,
    markdown: document.markdown,
    body_text: document.text,
    headings: document.headings.slice(0, HEADINGS_CHARACTERS).toWellFormed(),
    content_hash: contentHash(document),
  }
}

/** Changes when anything a reader or the search can see of the body changes. */
export function contentHash(document: IncomingDocument): string {
  const { storage, markdown, text, headings } = document
  const hash = createHash('sha256').update(storage)
  for (const part of [markdown, text, headings]) hash.update('\0').update(part)
  return hash.digest('base64url')
}

/** PostgreSQL reads the years 1 to 9999 in ISO form; another date is none. */
function storableDate(date: Date | null): Date | null {
  const year = date?.getUTCFullYear() ?? Number.NaN
  return year >= 1 && year <= 9999 ? date : null
}

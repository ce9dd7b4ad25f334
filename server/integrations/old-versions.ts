/** Documents as they were: bodies of old versions stay in Confluence, and are asked for when somebody wants to see one. */
import type { DocumentDetail, DocumentFormat } from '#schema/document.ts'
import type { DocumentDiff } from '#schema/publish.ts'
import type { App } from '#server/app.ts'
import { convertStorage } from '#server/connectors/confluence/storage/convert.ts'
import { findMentioned } from '#server/content/people.ts'
import { getDocument } from '#server/content/read.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { notFound } from '#server/platform/problem.ts'
import { openConnection } from './open-source.ts'
import { diffOf } from './publish/preview.ts'
import { linkContext, renderDocument, renderEditView } from './render.ts'
import { getIntegrationRow } from './store.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'config'>
type Old = { number: number; title: string; storage: string; at: string | null }

/** Tries of a person's request: he may ask again himself. */
const MOST_TRIES = 2

/** The document with title and body of that version. Throws Upstream when Confluence does not answer well. */
export async function getOldVersion(
  app: Needs,
  actor: Actor,
  id: string,
  number: number,
  format: DocumentFormat,
): Promise<DocumentDetail> {
  const now = await getDocument(app, actor, id, 'storage', renderDocument)
  const old = await findOld(app, now, number)
  const body = await bodyOf(app.db, now, old.storage, format)
  return { ...now, format, body, title: old.title, version: old.number, updatedAt: old.at }
}

/** What that version changed against another one, by default the one before; the first one against nothing. */
export async function diffVersions(
  app: Needs,
  actor: Actor,
  id: string,
  number: number,
  against: number | undefined,
): Promise<DocumentDiff> {
  const now = await getDocument(app, actor, id, 'storage', renderDocument)
  const other = against ?? number - 1
  const after = await findOld(app, now, number)
  const before = other === 0 ? undefined : await findOld(app, now, other)
  const names = await findNames(app.db, now, (before?.storage ?? '') + after.storage)
  return diffOf(before, after, linkContext({ ...aboutOf(now), names }))
}

async function findOld(app: Needs, now: DocumentDetail, number: number): Promise<Old> {
  if (number === now.version) return { number, title: now.title, storage: now.body, at: now.updatedAt }
  if (now.integration === null || number > now.version) throw notFound('Version', String(number))
  const integration = await getIntegrationRow(app.db, now.integration.id)
  const { source } = await openConnection(app, integration, { maxTries: MOST_TRIES, isUrgent: true })
  const old = await source.getVersion(now.externalId, number)
  if (old === undefined) throw notFound('Version', String(number))
  return { number, title: old.title, storage: old.storage, at: old.at?.toISOString() ?? null }
}

async function bodyOf(db: Db, now: DocumentDetail, storage: string, format: DocumentFormat): Promise<string> {
  const about = { ...aboutOf(now), names: await findNames(db, now, storage) }
  switch (format) {
    case 'storage':
      return storage
    case 'html':
      return renderDocument(storage, about)
    case 'edit':
      return renderEditView(storage, about)
    case 'markdown':
      return convertStorage(storage, linkContext(about)).markdown
    default:
      return format satisfies never
  }
}

function aboutOf({ url, space, externalId }: DocumentDetail) {
  return { url, spaceKey: space.key, externalId }
}

async function findNames(db: Db, now: DocumentDetail, storage: string): Promise<ReadonlyMap<string, string>> {
  return now.integration === null ? new Map() : findMentioned(db, now.integration.id, storage)
}

import type { LinkContext } from '#server/connectors/confluence/storage/addresses.ts'
import { storageToHtml } from '#server/connectors/confluence/storage/convert.ts'
import { editView } from '#server/connectors/confluence/storage/edit-view.ts'

/** What is known of a stored document besides its storage: what its links and mentions refer to. */
export type About = { url: string | null; spaceKey: string; externalId: string; names: ReadonlyMap<string, string> }

/** A stored document as HTML. Links without a site become links of the site that its own address names. */
export function renderDocument(storage: string, about: About): string {
  return storageToHtml(storage, linkContext(about))
}

/** A stored document as Markdown to edit. What is saved must be read with the same context. */
export function renderEditView(storage: string, about: About): string {
  return editView(storage, linkContext(about))
}

export function linkContext({ url, spaceKey, externalId, names }: About): LinkContext {
  const baseUrl = (url ?? '').replace(/\/(?:spaces|pages|display|x)\/.*$/s, '')
  return { baseUrl, spaceKey, pageId: externalId, names }
}

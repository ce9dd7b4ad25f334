import { storageToHtml } from '#server/connectors/confluence/storage/convert.ts'

/** A stored document as HTML. Links without a site become links of the site that its own address names. */
export function renderDocument(
  storage: string,
  about: { url: string | null; spaceKey: string; externalId: string; names: ReadonlyMap<string, string> },
): string {
  const baseUrl = (about.url ?? '').replace(/\/(?:spaces|pages|display|x)\/.*$/s, '')
  return storageToHtml(storage, { baseUrl, spaceKey: about.spaceKey, pageId: about.externalId, names: about.names })
}

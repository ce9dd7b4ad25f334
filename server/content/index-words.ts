/** What the search index holds of a document. Weights: title A, labels B, headings C, body D, then attachments and comments D. */
import type { DocumentStatus } from '#schema/document.ts'
import type { Tx } from '#server/db/open.ts'
import { filterLexemes } from './filters.ts'
import type { IncomingDocument } from './incoming.ts'
import { detectLanguage, type Language } from './language.ts'
import { learnLexemes } from './lexemes.ts'
import { lexemeOfSet } from './locks.ts'
import { findIndexLanguages } from './search-languages.ts'
import type { PlaceRow } from './store.ts'
import { toTerms, type Terms } from './terms.ts'
import { encodeVector, type Part } from './vector.ts'

export type SearchRow = {
  document_id: string
  space_id: string
  hidden: boolean
  version_at: Date | null
  language: Language
  title: Buffer
  whole: Buffer
  access_set_id: number | null
}

export type SearchRenewal = {
  document_id: string
  space_id: string
  hidden: boolean
  title: Buffer
  /** With the filters. */
  labels: Buffer
}

/** Of a longer page the rest is stored and read, but not indexed. */
const BODY_CHARACTERS = 1_000_000
const HEADINGS_CHARACTERS = 20_000

/** `parts`: the text of what hangs on it. `accessSet`: the set of its read locks, null without; undefined: not told, and not in the vectors. */
export type IndexedDocument = {
  document: Pick<IncomingDocument, 'title' | 'headings' | 'text' | 'type' | 'status' | 'versionAt'>
  id: string
  labels: string[]
  parts?: string | undefined
  accessSet?: number | null
}

/** The rows of `document_search` for documents with new content. */
export async function indexDocuments(tx: Tx, spaceId: string, documents: IndexedDocument[]): Promise<SearchRow[]> {
  const cut = documents.map(({ document, id, labels, parts = '', accessSet = null }) => {
    const language = detectLanguage(document.text)
    return {
      document,
      id,
      labels,
      language,
      accessSet,
      titlePart: part('A', document.title, language),
      headings: part('C', document.headings.slice(0, HEADINGS_CHARACTERS), language),
      body: part('D', document.text.slice(0, BODY_CHARACTERS), language),
      labelPart: part('B', labels.join(' '), language),
      // Last, for what is too much for a vector is left out from its end.
      attached: part('D', parts, language),
    }
  })
  await learnLexemes(
    tx,
    cut.flatMap(({ titlePart, headings, body, labelPart, attached }) =>
      termsOf([titlePart, headings, body, labelPart, attached]),
    ),
  )
  return cut.map(({ document, id, labels, language, accessSet, titlePart, headings, body, labelPart, attached }) => {
    const { type, versionAt } = document
    const filters = filterLexemes({ id, spaceId, type, labels, versionAt, language })
    if (accessSet !== null) filters.push(lexemeOfSet(accessSet))
    return {
      document_id: id,
      space_id: spaceId,
      hidden: isHidden(document.status),
      version_at: versionAt,
      language,
      access_set_id: accessSet,
      title: encodeVector([titlePart, labelPart], filters),
      whole: encodeVector([titlePart, headings, body, labelPart, attached], filters),
    }
  })
}

/** What of `document_search` depends on a document's place, title and labels. */
export async function indexPlaces(tx: Tx, places: PlaceRow[]): Promise<SearchRenewal[]> {
  const languages = await findIndexLanguages(
    tx,
    places.map(({ id }) => id),
  )
  const cut = places.map((place) => {
    const language = languages.get(place.id) ?? 'english'
    return {
      place,
      language,
      title: part('A', place.title, language),
      labels: part('B', place.labels.join(' '), language),
    }
  })
  await learnLexemes(
    tx,
    cut.flatMap(({ title, labels }) => termsOf([title, labels])),
  )
  return cut.map(({ place, language, title, labels }) => {
    return {
      document_id: place.id,
      space_id: place.space_id,
      hidden: isHidden(place.status),
      title: encodeVector([title], []),
      labels: encodeVector(
        [labels],
        filterLexemes({
          id: place.id,
          spaceId: place.space_id,
          type: place.type,
          labels: place.labels,
          versionAt: place.version_at,
          language,
        }),
      ),
    }
  })
}

/** Search shows what is current or archived. */
function isHidden(status: DocumentStatus): boolean {
  return status === 'trashed' || status === 'draft'
}

function part(weight: Part['weight'], text: string, language: Language): Part {
  return { weight, terms: toTerms(text, language) }
}

function termsOf(parts: Part[]): Terms[] {
  return parts.map(({ terms }) => terms)
}

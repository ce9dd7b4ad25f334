import { DocumentType } from '#schema/document.ts'
import type { SearchFilters } from '../api/content.ts'

type Address = { [Name in keyof SearchFilters]?: string | undefined }

/** The address's question as the API takes it; what the address has wrong is left out. */
export function toSearchFilters({ q, space, type, label, updatedAfter }: Address): SearchFilters {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(updatedAfter ?? '') ? `${updatedAfter}T00:00:00Z` : undefined
  return { q: q?.trim() ?? '', space, type: DocumentType.safeParse(type).data, label: label?.trim(), updatedAfter: day }
}

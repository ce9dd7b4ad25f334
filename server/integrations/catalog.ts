/** The systems that can be connected: data, so that forms are drawn from it. */
import type { CatalogEntry } from '#schema/integration.ts'
import { describeConfluence } from '#server/connectors/confluence/describe.ts'

const CATALOG: readonly CatalogEntry[] = [describeConfluence]

/** Entries whose name, description or capability contains `q`; all without it. */
export function searchCatalog(q: string | undefined): CatalogEntry[] {
  const wanted = (q ?? '').trim().toLowerCase()
  return CATALOG.filter((entry) =>
    [entry.id, entry.name, entry.description, ...entry.capabilities.map((capability) => capability.name)].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  )
}

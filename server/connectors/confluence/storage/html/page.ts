/** HTML in the making, the ids it has used, and how many tables it holds: regions need names of their own. */
export type Page = { out: string[]; ids: Set<string>; tables: number }

/** Page text never becomes an id as it stands: with the prefix it cannot shadow one of the application's. */
const PREFIX = 'lk-a-'

export function newPage(): Page {
  return { out: [], ids: new Set(), tables: 0 }
}

/** An id for an anchor or a heading; undefined where it is taken already, as the first one wins. */
export function fragmentId(page: Page, name: string): string | undefined {
  const id = fragment(name)
  if (id === PREFIX || page.ids.has(id)) return undefined
  page.ids.add(id)
  return id
}

/**
 * Anchors are compared by letters and digits: Confluence and every Markdown tool spell the id of one heading in
 * their own way.
 */
export function fragment(name: string): string {
  return (
    PREFIX +
    decoded(name)
      .toLowerCase()
      .normalize('NFC')
      .replace(/[^\p{L}\p{N}]+/gu, '')
      .slice(0, 200)
  )
}

function decoded(name: string): string {
  if (!name.includes('%')) return name
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

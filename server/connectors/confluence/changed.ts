/**
 * What was changed lately, by the search: for sites whose lists cannot be had in the order of change. Its index lags behind
 * by minutes, and it reads dates in the profile's time zone of whoever asks, which no address tells: so it is asked for more
 * than a day too much, and what is new is judged by ids and versions alone.
 */
import { z } from 'zod'
import type { Client } from './client.ts'
import { walkListing } from './listing.ts'
import { quote, toDate } from './pull.ts'

export type ChangeSearch = { spaceKeys: 'all' | readonly string[]; since: Date }
export type ChangedItem = {
  externalId: string
  kind: 'pages' | 'blogposts'
  version: number
  versionAt: Date | null
  spaceKey: string
}

const Hit = z.object({
  id: z.coerce.string(),
  type: z.enum(['page', 'blogpost']),
  space: z.object({ key: z.string() }),
  version: z.object({ number: z.number().int(), when: z.string().nullish() }),
})
const HITS_PER_REQUEST = 250
/** Time zones reach from −12 to +14 hours. */
const ZONES_MS = 26 * 3_600_000
const HALF_DAY_MS = 12 * 3_600_000

/** Ids and versions of pages and blog posts, in no order; one may come twice. */
export async function* walkChanged(client: Client, { spaceKeys, since }: ChangeSearch): AsyncGenerator<ChangedItem[]> {
  const where = spaceKeys === 'all' ? '' : ` and space in (${spaceKeys.map(quote).join(',')})`
  const cql = `type in (page,blogpost)${where} and lastmodified >= "${searchDate(since)}"`
  const path = `/rest/api/content/search?cql=${encodeURIComponent(cql)}&expand=version,space&limit=${HITS_PER_REQUEST}`
  for await (const page of walkListing(client, path, null)) {
    yield page.results.flatMap((result) => {
      const hit = Hit.safeParse(result)
      if (!hit.success) return []
      const { id, type, space, version } = hit.data
      return [
        {
          externalId: id,
          kind: type === 'page' ? ('pages' as const) : ('blogposts' as const),
          version: version.number,
          versionAt: toDate(version.when),
          spaceKey: space.key,
        },
      ]
    })
  }
}

/**
 * A noon that lies before `since` in every time zone. Noon, because a clock change can leave out any hour of the night, and
 * a date in such an hour is refused.
 */
export function searchDate(since: Date): string {
  const day = new Date(since.getTime() - ZONES_MS - HALF_DAY_MS).toISOString().slice(0, 10)
  return `${day} 12:00`
}

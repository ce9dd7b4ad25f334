import type { z } from 'zod'
import { get } from './client.ts'

type Page = { items: unknown[]; nextCursor: string | null }
type Filters = Record<string, string | number | undefined>

/** Options of an endless list: pages follow `nextCursor`. */
export function paged<T extends z.ZodType<Page>>(
  key: readonly unknown[],
  path: string,
  schema: T,
  query: Filters = {},
) {
  return {
    queryKey: [...key, query],
    initialPageParam: '',
    queryFn: ({ pageParam }: { pageParam: string }): Promise<z.infer<T>> =>
      get(path, schema, { ...query, cursor: pageParam }),
    getNextPageParam: (last: z.infer<T>): string | undefined => last.nextCursor ?? undefined,
  }
}

/** All items of the pages that have been read. */
export function itemsOf<T>(pages: readonly { items: T[] }[] | undefined): T[] {
  return pages?.flatMap((page) => page.items) ?? []
}

/** All items of a list, up to a bound; `capped` says that there are more. For choices, which no page of a list serves. */
export async function readAll<T>(
  path: string,
  schema: z.ZodType<{ items: T[]; nextCursor: string | null }>,
  pages = 8,
): Promise<{ items: T[]; capped: boolean }> {
  const items: T[] = []
  let cursor: string | null = ''
  for (let page = 0; page < pages && cursor !== null; page += 1) {
    const answer: { items: T[]; nextCursor: string | null } = await get(path, schema, { limit: 250, cursor })
    items.push(...answer.items)
    cursor = answer.nextCursor
  }
  return { items, capped: cursor !== null }
}

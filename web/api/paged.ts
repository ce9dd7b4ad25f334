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

import { z } from 'zod'

/** What the behaviour tests read from answers; the contract test judges whole answers. */
const Links = z.looseObject({ next: z.string().optional(), base: z.string().optional() })
const Row = z.looseObject({ id: z.coerce.string(), title: z.string().optional(), status: z.string().optional() })
const List = z.object({
  results: z.array(Row),
  _links: Links,
  size: z.number().optional(),
  totalSize: z.number().optional(),
})

export const Page = z.looseObject({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  spaceId: z.string(),
  parentId: z.string().nullable().optional(),
  parentType: z.string().nullable().optional(),
  version: z.looseObject({ number: z.number(), message: z.string(), createdAt: z.iso.datetime() }),
  body: z.object({ storage: z.object({ value: z.string() }).optional() }),
})
export type Page = z.infer<typeof Page>

export function list(answer: { json: unknown }) {
  const { results, _links: links, ...facts } = List.parse(answer.json)
  return { ...facts, results, ids: results.map((row) => row.id), next: links.next }
}

export function pages(answer: { json: unknown }): Page[] {
  return z.object({ results: z.array(Page) }).parse(answer.json).results
}

export function page(answer: { json: unknown }): Page {
  return Page.parse(answer.json)
}

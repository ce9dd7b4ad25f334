/** Shapes of the Data Center answers that are read; everything else in them is ignored. Source: the vendor's OpenAPI of 10.0.3. */
import { z } from 'zod'

/** `limit` and `size` as the server counts them: it may answer with fewer rows than were asked for. */
export const DcListing = z.object({
  results: z.array(z.unknown()),
  limit: z.number().nullish(),
  totalCount: z.number().nullish(),
  totalSize: z.number().nullish(),
  _links: z.object({ next: z.string().nullish(), base: z.string().nullish() }).nullish(),
})
export type DcListing = z.infer<typeof DcListing>

/** Anonymous and deleted people have neither key nor name. */
export const DcPerson = z.object({
  type: z.string().nullish(),
  userKey: z.string().nullish(),
  username: z.string().nullish(),
  displayName: z.string().nullish(),
})
export type DcPerson = z.infer<typeof DcPerson>

export const DcVersion = z.object({
  number: z.number().int(),
  when: z.string().nullish(),
  message: z.string().nullish(),
  minorEdit: z.boolean().nullish(),
  by: DcPerson.nullish(),
})

/** `my`: somebody's own mark, no label of the page. */
export const DcLabel = z.object({ name: z.string(), prefix: z.string().nullish() })
export type DcLabel = z.infer<typeof DcLabel>
const Labels = z.object({
  results: z.array(DcLabel),
  size: z.number().nullish(),
  limit: z.number().nullish(),
})

/** A page or blog post, with what `CONTENT_EXPANDS` asks for. */
export const DcContent = z.object({
  id: z.coerce.string(),
  type: z.enum(['page', 'blogpost']),
  status: z.string(),
  title: z.string(),
  space: z.object({ key: z.string() }),
  ancestors: z.array(z.object({ id: z.coerce.string() })).nullish(),
  /** The position may be the text "none". */
  extensions: z.object({ position: z.unknown().optional() }).nullish(),
  version: DcVersion,
  history: z.object({ createdBy: DcPerson.nullish(), createdDate: z.string().nullish() }).nullish(),
  metadata: z.object({ labels: Labels.nullish() }).nullish(),
  body: z.object({ storage: z.object({ value: z.string() }).nullish() }).nullish(),
  _links: z.object({ webui: z.string().nullish() }).nullish(),
})
export type DcContent = z.infer<typeof DcContent>

export const DcSpace = z.object({
  key: z.string(),
  name: z.string(),
  type: z.string().nullish(),
  status: z.string().nullish(),
  homepage: z.object({ id: z.coerce.string() }).nullish(),
})

export const ServerInformation = z.object({ version: z.string(), baseUrl: z.string().nullish() })

/** Who somebody is, for good: the key outlives a change of the user name. Null for anonymous and deleted people. */
export function accountOf(person: DcPerson | null | undefined): string | null {
  return person?.userKey ?? person?.username ?? null
}

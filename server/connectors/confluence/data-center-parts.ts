/** What hangs on pages of a Confluence Data Center: attachments, comments, bodies of old versions. Found by search, for no list holds them all. */
import { z } from 'zod'
import type { EgressResponse } from '#server/egress/fetch.ts'
import { Upstream } from '#server/platform/problem.ts'
import type { Client, FileLimits } from './client.ts'
import { accountOf, DcVersion } from './data-center-answers.ts'
import { readNumbered, walkWindows } from './data-center-listing.ts'
import type { PartBatch, PartList, PulledAttachment, PulledComment, PulledVersion } from './parts.ts'
import { toDate } from './pull.ts'

const PER_REQUEST = 200

const Part = z.object({
  id: z.coerce.string(),
  title: z.string(),
  container: z.object({ id: z.coerce.string(), type: z.string().nullish() }).nullish(),
  version: DcVersion.nullish(),
})
const AttachmentPart = Part.extend({
  metadata: z.object({ mediaType: z.string().nullish(), comment: z.string().nullish() }).nullish(),
  extensions: z
    .object({ mediaType: z.string().nullish(), fileSize: z.number().nullish(), comment: z.string().nullish() })
    .nullish(),
})
const CommentPart = Part.extend({
  ancestors: z.array(z.object({ id: z.coerce.string() })).nullish(),
  body: z.object({ storage: z.object({ value: z.string() }).nullish() }).nullish(),
  extensions: z
    .object({
      location: z.string().nullish(),
      inlineProperties: z.object({ originalSelection: z.string().nullish() }).nullish().catch(null),
      resolution: z.object({ status: z.string().nullish() }).nullish().catch(null),
    })
    .nullish(),
})

/** All attachments that the search knows and the key may see. */
export async function* walkDcAttachments(client: Client, list: PartList): AsyncGenerator<PartBatch<PulledAttachment>> {
  for await (const page of walkParts(client, 'attachment', 'version,container', list)) {
    const read = page.results.map((result) => AttachmentPart.safeParse(result))
    const items = read.flatMap((one) => (one.success ? [toAttachment(one.data)] : []))
    yield { items, unreadable: read.length - items.length, next: page.next }
  }
}

/** Footer or inline comments that the search knows, answers included, with bodies. */
export async function* walkDcComments(
  client: Client,
  kind: PulledComment['kind'],
  list: PartList,
): AsyncGenerator<PartBatch<PulledComment>> {
  const expand = 'version,container,ancestors,body.storage,extensions.inlineProperties,extensions.resolution'
  for await (const page of walkParts(client, 'comment', expand, list)) {
    const read = page.results.map((result) => CommentPart.safeParse(result))
    const comments = read.flatMap((one) => (one.success ? [toComment(one.data)] : []))
    const unreadable = kind === 'footer' ? read.length - comments.length : 0
    yield { items: comments.filter((comment) => comment.kind === kind), unreadable, next: page.next }
  }
}

function walkParts(client: Client, type: string, expand: string, { newestFirst }: PartList) {
  const cql = `type = ${type} order by ${newestFirst ? 'lastmodified desc' : 'created'}`
  const path = `/rest/api/content/search?cql=${encodeURIComponent(cql)}&expand=${expand}`
  return walkWindows(client, null, (at) => readNumbered(client, path, at, PER_REQUEST))
}

/** Whether a part that a list no longer shows is still there: asked for by its id. What is in the trash is not. */
export async function hasDcPart(client: Client, externalId: string): Promise<boolean> {
  return (await find(client, `/rest/api/content/${encodeURIComponent(externalId)}`)) !== undefined
}

const Download = z.object({ _links: z.object({ download: z.string() }) })

/** The bytes of an attachment's newest version, from the address that Confluence tells, below its own. */
export async function openDcFile(client: Client, externalId: string, limits: FileLimits): Promise<EgressResponse> {
  const answer = await client.getJson(`/rest/api/content/${encodeURIComponent(externalId)}`)
  const { download } = Download.parse(answer)._links
  const url = URL.parse(download, client.base)
  const own = new URL(client.base)
  const host = own.host
  if (url === null || url.host !== host)
    throw new Upstream(host, 'foreign-file', `${host} names another host for a file. It is not fetched from there.`)
  // Told without the context path, as all links are.
  const context = own.pathname.replace(/\/$/, '')
  const path =
    context !== '' && url.pathname.startsWith(`${context}/`) ? url.pathname.slice(context.length) : url.pathname
  return client.openFile(path + url.search, limits)
}

const Versioned = z.object({
  title: z.string(),
  version: DcVersion,
  body: z.object({ storage: z.object({ value: z.string() }).nullish() }).nullish(),
})

/** A page or blog post as it was in that version; undefined when it is not kept, or hidden. */
export async function getDcVersion(
  client: Client,
  externalId: string,
  number: number,
): Promise<PulledVersion | undefined> {
  const path = `/rest/api/content/${encodeURIComponent(externalId)}?expand=version,body.storage`
  const old = await find(client, `${path}&status=historical&version=${number}`)
  const page = Versioned.optional().parse(old ?? (await find(client, path)))
  if (page === undefined || page.version.number !== number) return undefined
  return {
    number,
    title: page.title,
    storage: page.body?.storage?.value ?? '',
    at: toDate(page.version.when),
    author: accountOf(page.version.by),
    message: page.version.message ?? '',
    minorEdit: page.version.minorEdit ?? false,
  }
}

/** Undefined where Confluence does not know it, or hides it. */
export async function find(client: Client, path: string): Promise<unknown> {
  try {
    return await client.getJson(path)
  } catch (error) {
    if (error instanceof Upstream && error.status === 404) return undefined
    throw error
  }
}

function toAttachment(answer: z.infer<typeof AttachmentPart>): PulledAttachment {
  const { extensions, metadata } = answer
  return {
    ...common(answer),
    name: answer.title,
    mediaType: extensions?.mediaType ?? metadata?.mediaType ?? '',
    size: extensions?.fileSize ?? null,
    comment: extensions?.comment ?? metadata?.comment ?? '',
  }
}

function toComment(answer: z.infer<typeof CommentPart>): PulledComment {
  const { extensions } = answer
  const kind = extensions?.location === 'inline' || extensions?.inlineProperties != null ? 'inline' : 'footer'
  return {
    ...common(answer),
    kind,
    parentExternalId: answer.ancestors?.at(-1)?.id ?? null,
    storage: answer.body?.storage?.value ?? '',
    resolution: kind === 'inline' ? resolutionOf(extensions?.resolution?.status) : null,
    selection: extensions?.inlineProperties?.originalSelection ?? null,
  }
}

function resolutionOf(status: string | null | undefined): PulledComment['resolution'] {
  return status === 'open' || status === 'resolved' || status === 'reopened' || status === 'dangling' ? status : null
}

function common({ id, container, version }: z.infer<typeof Part>) {
  return {
    externalId: id,
    pageExternalId: container?.id ?? null,
    version: version?.number ?? 1,
    versionAt: toDate(version?.when),
    author: accountOf(version?.by),
  }
}

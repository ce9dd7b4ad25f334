/** Attaches files to pages and blog posts, through v1: v2 cannot. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { RawBody, type Client } from './client.ts'

export type NewFile = { name: string; mediaType: string; bytes: Uint8Array; comment: string; minorEdit: boolean }
export type AttachedFile = {
  externalId: string
  name: string
  mediaType: string
  size: number | null
  version: number
  versionAt: Date | null
  author: string | null
  comment: string
}

const Answer = z.object({
  results: z.array(
    z.object({
      id: z.coerce.string(),
      title: z.string(),
      metadata: z.object({ mediaType: z.string().nullish(), comment: z.string().nullish() }).nullish(),
      extensions: z
        .object({ mediaType: z.string().nullish(), fileSize: z.number().nullish(), comment: z.string().nullish() })
        .nullish(),
      version: z
        .object({
          number: z.number().int(),
          when: z.string().nullish(),
          by: z.object({ accountId: z.string().nullish(), userKey: z.string().nullish() }).nullish(),
        })
        .nullish(),
    }),
  ),
})

/** A new attachment, or with PUT a new version of the one that has the name. */
export async function attachFile(client: Client, externalId: string, file: NewFile): Promise<AttachedFile> {
  const answer = await client.write('PUT', pathOf(externalId), formOf(file))
  const [attached] = toFiles(answer)
  if (attached === undefined) throw new Error('an attached file was not answered')
  return attached
}

/** The attachment of this page with this name; undefined: there is none. */
export async function findFile(client: Client, externalId: string, name: string): Promise<AttachedFile | undefined> {
  const query = new URLSearchParams({ filename: name, expand: 'version,metadata,extensions', limit: '2' })
  const files = toFiles(await client.getJson(`${pathOf(externalId)}?${query.toString()}`))
  return files.find((file) => file.name === name)
}

function pathOf(externalId: string): string {
  return `/rest/api/content/${encodeURIComponent(externalId)}/child/attachment`
}

export function toFiles(answer: unknown): AttachedFile[] {
  return Answer.parse(answer).results.map(({ id, title, metadata, extensions, version }) => ({
    externalId: id,
    name: title,
    mediaType: extensions?.mediaType ?? metadata?.mediaType ?? 'application/octet-stream',
    size: extensions?.fileSize ?? null,
    version: version?.number ?? 1,
    versionAt: version?.when === null || version?.when === undefined ? null : new Date(version.when),
    author: version?.by?.accountId ?? version?.by?.userKey ?? null,
    comment: extensions?.comment ?? metadata?.comment ?? '',
  }))
}

/** multipart/form-data (RFC 7578) in one piece. */
export function formOf({ name, mediaType, bytes, comment, minorEdit }: NewFile): RawBody {
  const boundary = `lockkeeper-${randomUUID()}`
  const quoted = name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const field = (field: string, text: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`
  const head = `${field('minorEdit', String(minorEdit))}${comment === '' ? '' : field('comment', comment)}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${quoted}"\r\nContent-Type: ${mediaType}\r\n\r\n`
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)])
  return new RawBody(body, {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    'x-atlassian-token': 'nocheck',
  })
}

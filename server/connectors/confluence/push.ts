/** Changes labels and comments of pages and blog posts. Repeating any of it after an unknown outcome does it once. */
import { z } from 'zod'
import { Upstream } from '#server/platform/problem.ts'
import { Listing } from './answers.ts'
import type { Client } from './client.ts'
import { ITEMS_PER_REQUEST } from './pull.ts'

export type PushedTo = { externalId: string; type: 'page' | 'blogpost' }

const CommentAnswer = z.object({ body: z.object({ storage: z.object({ value: z.string() }).nullish() }).nullish() })

/** Adds global labels; those that are there already stay. v1, because v2 cannot. */
export async function addLabels(client: Client, { externalId }: PushedTo, names: readonly string[]): Promise<void> {
  const labels = names.map((name) => ({ prefix: 'global', name }))
  await client.write('POST', `/rest/api/content/${encodeURIComponent(externalId)}/label`, labels)
}

/** Takes a label away. One that is not there is no fault: Confluence answers 404 for it, as it does for a hidden page. */
export async function removeLabel(client: Client, { externalId }: PushedTo, name: string): Promise<void> {
  const query = new URLSearchParams({ name })
  try {
    await client.write('DELETE', `/rest/api/content/${encodeURIComponent(externalId)}/label?${query.toString()}`)
  } catch (error) {
    if (!(error instanceof Upstream) || error.status !== 404) throw error
    if ((await listLabelsOf(client, externalId)).includes(name)) throw error
  }
}

/** The labels of one page or blog post as they are now; Upstream `not-found` when the key cannot see it. */
export async function listLabelsOf(client: Client, externalId: string): Promise<string[]> {
  const path = `/rest/api/content/${encodeURIComponent(externalId)}/label?limit=200`
  const { results } = Listing.parse(await client.getJson(path))
  return results.flatMap((label) => {
    const parsed = z.object({ name: z.string() }).safeParse(label)
    return parsed.success ? [parsed.data.name] : []
  })
}

/**
 * Adds a footer comment unless one with the same `once` is among the newest 250. `once` (letters, digits and -) is kept in
 * the comment as an anchor, which Confluence shows to nobody.
 */
export async function addComment(client: Client, to: PushedTo, text: string, once: string): Promise<void> {
  const owner = to.type === 'page' ? 'pages' : 'blogposts'
  const query = new URLSearchParams({
    'body-format': 'storage',
    sort: '-created-date',
    limit: String(ITEMS_PER_REQUEST),
  })
  const path = `/api/v2/${owner}/${encodeURIComponent(to.externalId)}/footer-comments?${query.toString()}`
  const { results } = Listing.parse(await client.getJson(path))
  if (results.some((comment) => storageOf(comment).includes(once))) return
  await client.write('POST', '/api/v2/footer-comments', {
    [to.type === 'page' ? 'pageId' : 'blogPostId']: to.externalId,
    body: { representation: 'storage', value: commentOf(text, once) },
  })
}

/** A comment's body: the text in paragraphs, and the mark by which it is found again. */
export function commentOf(text: string, once: string): string {
  return paragraphs(text) + anchor(once)
}

function storageOf(comment: unknown): string {
  const parsed = CommentAnswer.safeParse(comment)
  return parsed.success ? (parsed.data.body?.storage?.value ?? '') : ''
}

function anchor(once: string): string {
  return (
    '<p><ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">' +
    `${escape(once)}</ac:parameter></ac:structured-macro></p>`
  )
}

function paragraphs(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${escape(paragraph).replaceAll('\n', '<br />')}</p>`)
    .join('')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

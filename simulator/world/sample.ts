import { putAttachment, putComment } from './attachments.ts'
import { addLabels, createNode } from './edit.ts'
import { makeAccount } from './generate.ts'
import { mix, seededUuid } from './random.ts'
import { personId, takeId, type Account, type Node, type Site, type Space } from './site.ts'
import type { SampleComment, SamplePage, SampleSpace } from '../sample/types.ts'

const dayMs = 86_400_000
const epoch = Date.UTC(2025, 0, 6, 9)

/** Puts the sample knowledge base into a site. Dates follow from the order of the pages. */
export function loadSample(site: Site, spaces: readonly SampleSpace[], people: Record<string, string> = {}): void {
  const authors = authorsOf(site, people)
  for (const sample of spaces) {
    const id = takeId(site)
    const { key, name, status, description } = sample
    const type = site.deployment === 'dc' && sample.type === 'knowledge_base' ? 'global' : sample.type
    const space: Space = {
      id,
      key,
      alias: key,
      name,
      type,
      status,
      description,
      owner: authors(undefined),
      createdAt: epoch - 30 * dayMs,
      homepage: undefined,
    }
    site.spaces.set(id, space)
    for (const page of sample.pages) loadPage(site, { space, parent: undefined, authors }, page)
    for (const { title, labels, storage, postedOn, author } of sample.blogPosts) {
      const post = createNode(site, {
        kind: 'blogpost',
        space,
        parent: undefined,
        title,
        storage: storageFor(site, storage),
        author: authors(author),
        at: Date.parse(`${postedOn}T09:00:00Z`),
      })
      addLabels(
        site,
        post,
        (labels ?? []).map((name) => ({ name })),
      )
    }
  }
}

type Authors = (author: string | undefined) => Account
type Place = { space: Space; parent: Node | undefined; authors: Authors }

// The first page at the root of a space is its homepage.
function loadPage(site: Site, { space, parent, authors }: Place, sample: SamplePage): void {
  const { title, kind, status, storage } = fitted(site, sample)
  const at = epoch + Math.floor((mix(site.seed, site.nodes.size, 91) / 2 ** 32) * 300 * dayMs)
  const node = createNode(site, { kind, space, parent, title, storage, status, author: authors(sample.author), at })
  if (parent === undefined && kind === 'page') space.homepage ??= node
  addLabels(
    site,
    node,
    (sample.labels ?? []).map((name) => ({ name })),
  )
  for (const { name, mediaType, content, encoding, comment } of sample.attachments ?? []) {
    putAttachment(site, {
      page: node,
      name,
      mediaType,
      bytes: Buffer.from(content, encoding ?? 'utf-8'),
      comment,
      author: node.author,
      at,
    })
  }
  for (const comment of sample.comments ?? []) loadComment(site, node, comment, authors)
  for (const child of sample.children ?? []) loadPage(site, { space, parent: node, authors }, child)
}

// A Data Center has no folders and archives whole spaces alone: a folder is a page that lists its children there.
function fitted(site: Site, { title, storage, kind = 'page', status = 'current' }: SamplePage) {
  if (site.deployment === 'cloud') return { title, storage, kind, status }
  if (kind === 'folder')
    return { title, storage: '<p><ac:structured-macro ac:name="children" /></p>', kind: 'page' as const, status }
  return {
    title,
    storage: storageFor(site, storage),
    kind,
    status: status === 'archived' ? ('current' as const) : status,
  }
}

function storageFor(site: Site, storage: string): string {
  if (site.deployment === 'cloud') return storage
  return storage.replaceAll(/ri:account-id="([^"]+)"/g, (_, id: string) => `ri:userkey="${personId(site, id)}"`)
}

function loadComment(site: Site, page: Node, sample: SampleComment, authors: Authors): void {
  const { kind, storage, selection, resolved } = sample
  const at = page.createdAt + dayMs
  const marker = selection === undefined ? undefined : markerOf(page, selection)
  const comment = putComment(site, {
    kind,
    page,
    storage: storageFor(site, storage),
    author: authors(sample.author),
    selection,
    marker,
    resolved,
    at,
  })
  for (const reply of sample.replies ?? []) {
    putComment(site, {
      kind,
      page,
      parent: comment,
      storage: storageFor(site, reply.storage),
      author: authors(reply.author),
      at: at + dayMs,
    })
  }
}

/** The reference that the page's own text carries around the selected words. */
function markerOf(page: Node, selection: string): string | undefined {
  const storage = page.edits?.at(-1)?.storage ?? ''
  for (const [, ref, text] of storage.matchAll(
    /<ac:inline-comment-marker ac:ref="([^"]+)">([\s\S]*?)<\/ac:inline-comment-marker>/g,
  )) {
    if (text?.replaceAll(/<[^>]+>/g, '') === selection) return ref
  }
  return undefined
}

function authorsOf(site: Site, people: Record<string, string>): Authors {
  return (author = 'Knowledge Team') => {
    const known = site.accounts.get(personId(site, author))
    if (known !== undefined) return known
    const isId = people[author] !== undefined || /^[\w:-]*\d[\w:-]*$/.test(author)
    const accountId = isId
      ? author
      : `712020:${seededUuid(
          Buffer.from(author).reduce((sum, byte) => mix(sum, byte), 1),
          2,
        )}`
    const name = people[author] ?? author
    return (
      site.accounts.get(personId(site, accountId)) ??
      makeAccount(site, name, `${name.toLowerCase().replaceAll(/\W+/g, '.')}@lockkeeper.example`, accountId)
    )
  }
}

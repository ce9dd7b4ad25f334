import { describe, expect, test } from 'vitest'
import { knowledgeBase } from './knowledge-base.ts'
import { displayNames } from './people.ts'
import { storageForms } from './storage-forms.ts'
import type { SampleAttachment, SamplePage } from './types.ts'

const pages = knowledgeBase.flatMap((space) => space.pages.flatMap(withChildren).map((page) => ({ space, page })))
const posts = knowledgeBase.flatMap((space) => space.blogPosts.map((post) => ({ space, post })))
const comments = pages.flatMap(({ page }) => page.comments ?? [])
const attachments = pages.flatMap(({ page }) => page.attachments ?? [])
const everyText = [
  ...pages.map(({ space, page }) => ({ where: `${space.key}/${page.title}`, space: space.key, storage: page.storage })),
  ...posts.map(({ space, post }) => ({ where: `${space.key}/${post.title}`, space: space.key, storage: post.storage })),
  ...pages.flatMap(({ space, page }) =>
    (page.comments ?? []).flatMap((comment) =>
      [comment, ...(comment.replies ?? [])].map(({ storage }) => ({
        where: `comment on ${space.key}/${page.title}`,
        space: space.key,
        storage,
      })),
    ),
  ),
]

const brokenLinks = ['OLD/Forum rules 2019']
const brokenMarkup = ['OLD/Orders by fax']

describe('the sample knowledge base', () => {
  test('is large and deep enough to judge a product by', () => {
    expect(pages.length).toBeGreaterThanOrEqual(65)
    expect(posts.length).toBeGreaterThanOrEqual(6)
    expect(attachments.length).toBeGreaterThanOrEqual(10)
    expect(new Set(pages.flatMap(({ page }) => page.labels ?? [])).size).toBeGreaterThanOrEqual(20)
    expect(pages.filter(({ page }) => page.kind === 'folder').length).toBeGreaterThanOrEqual(2)
    expect(pages.filter(({ page }) => page.status === 'archived').length).toBeGreaterThanOrEqual(1)
    expect(Math.max(...knowledgeBase.flatMap((space) => space.pages.map(depth)))).toBeGreaterThanOrEqual(4)
    expect(comments.filter((comment) => comment.kind === 'inline').length).toBeGreaterThanOrEqual(3)
    expect(comments.filter((comment) => comment.replies !== undefined).length).toBeGreaterThanOrEqual(3)
  })

  test('stays small enough to carry along', () => {
    const bytes = Buffer.byteLength(JSON.stringify(knowledgeBase))
    expect(bytes).toBeLessThan(600_000)
  })

  test('gives every page and blog post of a space a title of its own', () => {
    for (const space of knowledgeBase) {
      const titles = [...space.pages.flatMap(withChildren), ...space.blogPosts].map(({ title }) => title.toLowerCase())
      expect(titles.length, space.key).toBe(new Set(titles).size)
    }
  })

  test('links to pages and blog posts that exist, but for the listed ones', () => {
    const known = new Set([
      ...pages.map(({ space, page }) => `${space.key}/${page.title}`),
      ...posts.map(({ space, post }) => `${space.key}/${post.title}@${post.postedOn.replaceAll('-', '/')}`),
    ])
    const missing = everyText.flatMap((text) => linkedTitles(text).filter((title) => !known.has(title)))
    expect(missing).toEqual(brokenLinks)
  })

  test('shows only attachments that are there', () => {
    const missing = pages.flatMap(({ space, page }) =>
      attachedNames(page.storage)
        .filter(({ name, on }) => !attachmentsOf(space.key, on ?? page.title).some((one) => one.name === name))
        .map(({ name }) => `${page.title}: ${name}`),
    )
    expect(missing).toEqual([])
  })

  test('has two pages that include each other', () => {
    const includes = pages.map(({ page }) => ({
      from: page.title,
      to: /ac:name="include"(?:(?!<\/ac:structured-macro>).)*ri:content-title="([^"]*)"/.exec(page.storage)?.[1],
    }))
    expect(includes.some((one) => includes.some((two) => one.from === two.to && two.from === one.to))).toBe(true)
  })

  test('pins each inline comment to a marker of its page', () => {
    for (const { page } of pages) {
      for (const comment of page.comments ?? []) {
        if (comment.kind === 'footer') continue
        expect(page.storage).toMatch(new RegExp(`<ac:inline-comment-marker [^>]*>${escapeRegExp(comment.selection)}<`))
      }
    }
  })

  test('names authors by account ids that have a display name', () => {
    const authors = [...pages.map(({ page }) => page.author), ...posts.map(({ post }) => post.author)]
    expect(authors.filter((author) => author !== undefined && !(author in displayNames))).toEqual([])
  })

  test('carries base64 that is what its media type says', () => {
    const heads = { 'image/png': '\u0089PNG', 'application/pdf': '%PDF-' }
    for (const { mediaType, content, encoding } of attachments) {
      if (encoding !== 'base64') continue
      const bytes = Buffer.from(content, 'base64').toString('latin1')
      expect(Object.entries(heads).some(([type, head]) => type === mediaType && bytes.startsWith(head))).toBe(true)
    }
  })

  test('is well-formed, but for the page that was imported broken', () => {
    const broken = everyText.filter(({ storage }) => firstFault(storage) !== undefined)
    expect(broken.map(({ where, storage }) => `${where}: ${firstFault(storage)}`)).toEqual(
      brokenMarkup.map((where) => expect.stringContaining(where)),
    )
  })

  test.each(Object.entries(storageForms))('uses %s', (_name, form) => {
    expect(everyText.some(({ storage }) => form.test(storage))).toBe(true)
  })
})

function withChildren(page: SamplePage): SamplePage[] {
  return [page, ...(page.children ?? []).flatMap(withChildren)]
}

function depth(page: SamplePage): number {
  return 1 + Math.max(0, ...(page.children ?? []).map(depth))
}

function attachmentsOf(spaceKey: string, title: string): SampleAttachment[] {
  return pages.find(({ space, page }) => space.key === spaceKey && page.title === title)?.page.attachments ?? []
}

function linkedTitles(text: { space: string; storage: string }): string[] {
  return [...text.storage.matchAll(/<ri:(page|blog-post)((?: [\w:-]+="[^"]*")*)/g)].map(([, kind, attributes = '']) => {
    const space = attribute(attributes, 'ri:space-key') ?? text.space
    const postingDay = attribute(attributes, 'ri:posting-day')
    const title = attribute(attributes, 'ri:content-title')
    return `${space}/${title}${kind === 'blog-post' ? `@${postingDay}` : ''}`
  })
}

function attachedNames(storage: string): { name: string; on?: string }[] {
  const named = storage.matchAll(/<ri:attachment ri:filename="([^"]*)"(?: \/>|><ri:page ri:content-title="([^"]*)")/g)
  const diagrams = storage.matchAll(
    /ac:name="(?:drawio|gliffy|mermaid-cloud)".*?ac:name="(?:diagramName|name|filename)">([^<]*)</g,
  )
  return [...named, ...diagrams].map(([, name = '', on]) => (on === undefined ? { name } : { name, on: unescape(on) }))
}

function attribute(attributes: string, name: string): string | undefined {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1]
  return value === undefined ? undefined : unescape(value)
}

function unescape(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')
}

function escapeRegExp(text = ''): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

/** The first thing a strict XML reader would refuse; entities of HTML are allowed, as Confluence allows them. */
function firstFault(storage: string): string | undefined {
  const markup = storage.replaceAll(/<!\[CDATA\[.*?\]\]>/gs, '')
  const open: string[] = []
  const rest = markup.replaceAll(/<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g, (whole, ...groups) => {
    const [closing, name, attributes, empty] = groups.map(String)
    if (name === undefined || /&(?!#?\w+;)/.test(attributes ?? '')) return whole
    if (closing === '/') return open.pop() === name ? '' : whole
    if (empty === '') open.push(name)
    return ''
  })
  return /[<>].{0,20}/s.exec(rest)?.[0] ?? /&(?!#?\w+;).{0,20}/s.exec(rest)?.[0] ?? open.at(-1)
}

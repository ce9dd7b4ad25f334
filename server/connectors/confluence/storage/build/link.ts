import {
  attachmentUrl,
  blogPostUrl,
  contentUrl,
  encodeFragment,
  pageUrl,
  safeUrl,
  spaceUrl,
  type LinkContext,
} from '../addresses.ts'
import { attribute, childElements, textContent, type Element } from '../element.ts'
import type { Inline } from '../tree.ts'
import { collapsed } from '../white-space.ts'
import { addLink } from './html-inlines.ts'
import { addInline, addInlines, type Build, type Sink } from './sink.ts'

/** What a resource identifier (`ri:…`) stands for: an address, and words for it where the author gave none. */
export type Reference = { url: string | undefined; label: string; mention?: boolean }

type Resolver = (element: Element, context: LinkContext, anchor: string | undefined) => Reference

const RESOLVERS = new Map<string, Resolver>(
  Object.entries<Resolver>({
    'ri:page': (element, context, anchor) => {
      const title = attribute(element, 'ri:content-title') ?? ''
      return { url: pageUrl(context, title, attribute(element, 'ri:space-key'), anchor), label: title }
    },
    'ri:blog-post': (element, context) => {
      const title = attribute(element, 'ri:content-title') ?? ''
      const day = attribute(element, 'ri:posting-day') ?? ''
      return { url: blogPostUrl(context, title, day, attribute(element, 'ri:space-key')), label: title }
    },
    'ri:content-entity': (element, context, anchor) => {
      const id = attribute(element, 'ri:content-id') ?? ''
      return { url: contentUrl(context, id) + (anchor ? `#${encodeFragment(anchor)}` : ''), label: `Page ${id}` }
    },
    'ri:attachment': attachment,
    'ri:url': (element, context) => {
      const value = attribute(element, 'ri:value') ?? ''
      return { url: safeUrl(value, context), label: value }
    },
    'ri:space': (element, context) => {
      const key = attribute(element, 'ri:space-key') ?? ''
      return { url: spaceUrl(context, key), label: key }
    },
    'ri:user': (element, context) => {
      const id =
        attribute(element, 'ri:account-id') ?? attribute(element, 'ri:username') ?? attribute(element, 'ri:userkey')
      return { url: undefined, label: context.names?.get(id ?? '') ?? id ?? 'unknown', mention: true }
    },
    'ri:shortcut': (element) => {
      // Only the site's admin knows where "[issue@tracker]" goes.
      const key = attribute(element, 'ri:key') ?? ''
      return { url: undefined, label: `${attribute(element, 'ri:parameter') ?? ''}@${key}` }
    },
  }),
)

/** The first resource identifier among a tag's children, resolved; undefined where there is none. */
export function referenceIn(element: Element, context: LinkContext, anchor?: string): Reference | undefined {
  for (const child of element.children) {
    if (typeof child === 'string') continue
    const resolve = RESOLVERS.get(child.name)
    if (resolve) return resolve(child, context, anchor)
  }
  return undefined
}

/** `ac:link` in each of its forms; with a page as target, an anchor alone, an attachment, a person, a shortcut. */
export function link(element: Element, sink: Sink, build: Build): void {
  const anchor = attribute(element, 'ac:anchor')
  const reference = referenceIn(element, build.context, anchor)
  const body = linkBody(element, build)
  if (reference?.mention) return addMention(sink, reference.label, body)
  if (reference) {
    const children: Inline[] = body.length > 0 ? body : [{ type: 'text', value: reference.label }]
    return addLink(sink, build, reference.url, children)
  }
  if (anchor === undefined) return addInlines(sink, body)
  addLink(sink, build, `#${encodeFragment(anchor)}`, body.length > 0 ? body : [{ type: 'text', value: anchor }])
}

export function addMention(sink: Sink, id: string, body: Inline[] = []): void {
  const [first, second] = body
  const name = second === undefined && first?.type === 'text' ? first.value.replace(/^@/, '') : id
  addInline(sink, { type: 'mention', value: name })
}

function linkBody(element: Element, build: Build): Inline[] {
  for (const child of element.children) {
    if (typeof child === 'string') continue
    if (child.name === 'ac:plain-text-link-body') {
      const value = collapsed(textContent(child)).trim()
      if (value !== '') return [{ type: 'text', value }]
    } else if (child.name === 'ac:link-body' || child.name === 'ac:rich-text-body') {
      const children = build.inline(child.children)
      if (children.length > 0) return children
    }
  }
  // Without a body tag, loose words inside the link are its text.
  return build.inline(element.children.filter((child) => typeof child === 'string' || !child.name.startsWith('ri:')))
}

function attachment(element: Element, context: LinkContext): Reference {
  const filename = attribute(element, 'ri:filename') ?? ''
  const container = childElements(element)[0]
  if (container?.name === 'ri:content-entity') {
    return { url: attachmentUrl(context, filename, attribute(container, 'ri:content-id')), label: filename }
  }
  const owner = referenceIn(element, context)
  // An attachment of a page known by title only: the page leads to it.
  return { url: owner?.url ?? attachmentUrl(context, filename), label: filename }
}

import { attribute, childElements, childNamed, textContent, type Element } from '../element.ts'
import type { Block, Inline, ListItem } from '../tree.ts'
import { adfExtension } from './adf.ts'
import { emoticon } from './emoticon.ts'
import { pixels } from './html-inlines.ts'
import { link, referenceIn, type Reference } from './link.ts'
import { addBlock, addInline, addInlines, flush, pushBlock, type Build, type Handler, type Sink } from './sink.ts'

const nothing: Handler = () => {}

/** Confluence's own tags other than macros. Those not listed are transparent, inline comment markers among them. */
export const CONFLUENCE_ELEMENTS: Record<string, Handler> = {
  'ac:link': link,
  'ac:image': image,
  'ac:emoticon': emoticon,
  'ac:task-list': taskList,
  'ac:layout-section': layoutSection,
  'ac:layout-cell': (element, sink, build) => {
    flush(sink)
    build.into(element.children, sink)
    flush(sink)
  },
  'ac:adf-extension': adfExtension,
  // A template's hints to its next author: no reader ever sees them.
  'ac:placeholder': nothing,
  'ac:task-id': nothing,
  'ac:task-uuid': nothing,
  'ac:task-status': nothing,
  'ac:parameter': nothing,
  'ac:default-parameter': nothing,
  'ac:adf-attribute': nothing,
}

function image(element: Element, sink: Sink, build: Build): void {
  const reference = referenceIn(element, build.context)
  const caption = childNamed(element, 'ac:caption')
  const captionNodes = caption ? build.inline(caption.children) : []
  const alt =
    attribute(element, 'ac:alt') || attribute(element, 'ac:title') || (isFile(reference) ? reference.label : '')
  const title = attribute(element, 'ac:title') ?? ''
  // The new editor's pictures stand alone; those in a line of text have no layout.
  const single = caption !== undefined || attribute(element, 'ac:layout') !== undefined
  if (single) flush(sink)
  if (reference?.url !== undefined) {
    addInline(sink, { type: 'image', url: reference.url, alt, title, width: pixels(attribute(element, 'ac:width')) })
  } else if (alt !== '') addInline(sink, { type: 'text', value: alt })
  if (captionNodes.length > 0 && plainText(captionNodes) !== alt) {
    addInline(sink, { type: 'break' })
    addInlines(sink, captionNodes)
  }
  if (single) flush(sink)
}

/** An address is no words for a picture; a file's name is better than none. */
function isFile(reference: Reference | undefined): reference is Reference {
  return reference !== undefined && reference.label !== reference.url
}

/** A caption that only repeats the alternative text says nothing new. */
function plainText(nodes: Inline[]): string {
  return nodes.map((node) => (node.type === 'text' ? node.value : '')).join('')
}

function taskList(element: Element, sink: Sink, build: Build): void {
  const items: ListItem[] = []
  for (const task of childElements(element)) {
    if (task.name !== 'ac:task') {
      const blocks = build.flow([task])
      if (blocks.length > 0) items.push({ checked: undefined, children: blocks })
      continue
    }
    const status = childNamed(task, 'ac:task-status')
    const checked = status !== undefined && textContent(status).trim() === 'complete'
    items.push({ checked, children: build.flow(task.children) })
  }
  if (items.length > 0) addBlock(sink, { type: 'list', ordered: false, start: 1, tasks: true, children: items })
}

function layoutSection(element: Element, sink: Sink, build: Build): void {
  const columns: Block[][] = []
  for (const child of element.children) {
    const blocks = build.flow([child])
    if (blocks.length > 0) columns.push(blocks)
  }
  const [only] = columns
  flush(sink)
  if (columns.length > 1) pushBlock(sink, { type: 'columns', children: columns })
  else if (only) for (const block of only) pushBlock(sink, block)
}

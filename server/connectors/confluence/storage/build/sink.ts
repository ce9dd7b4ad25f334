import type { LinkContext } from '../addresses.ts'
import type { Child, Element } from '../element.ts'
import type { Block, Inline } from '../tree.ts'
import { isTight, isWhite } from '../white-space.ts'

/**
 * Where a walk puts what it finds: finished blocks, and the inline nodes of the paragraph that is still open.
 * `spaced`: the open line is empty or ends in a space, so the next one would be a second.
 * `inLine`: the walk is inside a paragraph, a heading or a mark, where a macro stands in the line.
 */
export type Sink = { blocks: Block[]; inlines: Inline[]; spaced: boolean; inLine: boolean }

/** What a handler may ask of the walk that called it. */
export type Build = {
  context: LinkContext
  /** Page ids and addresses linked to, in order, each once. */
  links: Set<string>
  /** Walks children into the same sink: for tags that mean nothing themselves. */
  into(children: readonly Child[], sink: Sink): void
  /** Children as blocks; loose text becomes paragraphs. */
  flow(children: readonly Child[]): Block[]
  /** Children as inline nodes; the text of blocks among them is kept, their structure is not. */
  inline(children: readonly Child[]): Inline[]
  /** Blocks of a document inside the document, such as the HTML macro's body. */
  nested(source: string): Block[]
}

export type Handler = (element: Element, sink: Sink, build: Build) => void

export const MAX_LINKS = 1000

/** The inline nodes of an empty line, for all of them: `append` puts an array of its own in its place. */
const NONE: Inline[] = []

export function newSink(): Sink {
  return { blocks: [], inlines: NONE, spaced: true, inLine: false }
}

/** A sink for the inside of a mark, a link or a heading; `outer` is the line it stands in. */
export function lineSink(outer?: Sink): Sink {
  return { blocks: [], inlines: NONE, spaced: outer?.spaced ?? true, inLine: true }
}

/** Text between tags: runs of white space are one space, as a browser shows them; none at a line's start. */
export function addText(sink: Sink, raw: string): void {
  let value = /[\t\n\r\f]| {2}/.test(raw) ? raw.replace(/ [ \t\n\r\f]+|[\t\n\r\f][ \t\n\r\f]*/g, ' ') : raw
  if (sink.spaced && value.charCodeAt(0) === 32) value = value.slice(1)
  if (value === '') return
  sink.spaced = value.charCodeAt(value.length - 1) === 32
  const last = lastInline(sink)
  if (last?.type === 'text') last.value += value
  else append(sink, { type: 'text', value })
}

/** The node before what comes next, undefined at the start of a line. */
export function lastInline(sink: Sink): Inline | undefined {
  return sink.inlines[sink.inlines.length - 1]
}

export function addInline(sink: Sink, node: Inline): void {
  append(sink, node)
  if (node.type !== 'anchor') sink.spaced = node.type === 'break'
}

export function addInlines(sink: Sink, nodes: Inline[]): void {
  for (const node of nodes) addInline(sink, node)
}

export function addBlock(sink: Sink, block: Block): void {
  flush(sink)
  pushBlock(sink, block)
}

/** Adds a block below the others, before what stands in the open line. */
export function pushBlock(sink: Sink, block: Block): void {
  if (sink.blocks.length === 0) sink.blocks = [block]
  else sink.blocks.push(block)
}

export function addBlocks(sink: Sink, blocks: Block[]): void {
  for (const block of blocks) addBlock(sink, block)
}

/** Ends the open paragraph. One without anything to see is dropped. */
export function flush(sink: Sink): void {
  sink.spaced = true
  if (sink.inlines.length === 0) return
  const children = trimmed(sink.inlines)
  sink.inlines = NONE
  if (children.length > 0) pushBlock(sink, { type: 'paragraph', children })
}

/** Inline nodes without breaks and white space at either end. Trims the text nodes it is given. */
export function trimmed(nodes: Inline[]): Inline[] {
  let start = 0
  let end = nodes.length
  // A text that ends in printed characters, alone: what most lines and cells are.
  const only = nodes[0]
  if (end === 1 && only?.type === 'text' && isTight(only.value)) return nodes
  while (start < end && isEdge(nodes[start])) start++
  while (end > start && isEdge(nodes[end - 1])) end--
  const last = nodes[end - 1]
  if (last?.type === 'text' && !isTight(last.value)) last.value = last.value.trimEnd()
  const first = nodes[start]
  if (first?.type === 'text' && !isTight(first.value)) first.value = first.value.trimStart()
  return start === 0 && end === nodes.length ? nodes : nodes.slice(start, end)
}

/** A first push makes room for 17 nodes: an array of the one node it is for is all that most lines and cells need. */
function append(sink: Sink, node: Inline): void {
  if (sink.inlines.length === 0) sink.inlines = [node]
  else sink.inlines.push(node)
}

function isEdge(node: Inline | undefined): boolean {
  return node?.type === 'break' || (node?.type === 'text' && isWhite(node.value))
}

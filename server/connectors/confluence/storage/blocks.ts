import { describeTag, isBlockElement, isContainer, layoutTags, richBody } from './raw/kinds.ts'
import { scanStorage, type RawElement, type RawNode } from './raw/scan.ts'

/**
 * A stretch of a document. A `block` is edited, compared and merged as a whole; a `frame` is what stands around blocks: the
 * opening or closing tags of a layout, a panel, an expand. All raws joined are the document, byte for byte.
 */
export type Piece = {
  kind: 'block' | 'frame'
  raw: string
  /** How much of `raw` comes before the block itself: white space and comments. */
  lead: number
  /** Of a frame, which containers it closes and opens, in this order; containers are numbered within one document. */
  closes: readonly number[]
  opens: readonly number[]
  /** Of a frame, what it opens or closes, in words: `panel info`, `end of layout`. */
  label: string
}

const NONE: readonly never[] = []

/** The document in pieces. Never throws; markup that is no tree is one block. */
export function splitBlocks(storage: string): Piece[] {
  if (storage === '') return []
  const { nodes, wellFormed } = scanStorage(storage)
  if (!wellFormed) return [{ kind: 'block', raw: storage, lead: 0, closes: NONE, opens: NONE, label: '' }]
  const splitter = new Splitter(storage)
  splitter.content(nodes)
  return splitter.finish()
}

/** The block without the white space before it. */
export function bodyOf(piece: Piece): string {
  return piece.lead === 0 ? piece.raw : piece.raw.slice(piece.lead)
}

class Splitter {
  private readonly source: string
  private readonly pieces: Piece[] = []
  /** Everything before is in a piece. */
  private cut = 0
  /** What each container is, in words; its index is its number. */
  private readonly names: string[] = []
  /** Tags of frames with no room for content between them. */
  private closes: number[] = []
  private opens: number[] = []
  private labels: string[] = []
  private frameStart = -1
  private pendingEnd = -1

  constructor(source: string) {
    this.source = source
  }

  finish(): Piece[] {
    if (this.cut < this.source.length) {
      const raw = this.source.slice(this.cut)
      this.pieces.push({ kind: 'frame', raw, lead: raw.length, closes: NONE, opens: NONE, label: '' })
    }
    return this.pieces
  }

  /** Nodes where blocks may stand: tags that are blocks, containers, and runs of anything else. */
  content(nodes: readonly RawNode[]): void {
    let start = -1
    let end = -1
    const endRun = () => {
      if (start >= 0) this.block(start, end)
      start = -1
    }
    for (const node of nodes) {
      if (node.type === 'element' && isContainer(this.source, node)) {
        endRun()
        this.container(node)
      } else if (node.type === 'element' && isBlockElement(this.source, node)) {
        endRun()
        this.block(node.start, node.end)
      } else if (node.type === 'other' || this.isWhite(node)) {
        if (start >= 0 && node.type !== 'other') end = node.end
      } else {
        if (start < 0) start = node.type === 'text' ? this.skipWhite(node.start) : node.start
        end = node.end
      }
    }
    endRun()
  }

  private container(element: RawElement): void {
    const id = this.names.length
    const label = describeTag(this.source, element)
    this.names.push(label)
    const inner = richBody(element) ?? element
    const layout = layoutTags.has(element.name)
    const room = element.name !== 'ac:layout' && element.name !== 'ac:layout-section'
    this.opens.push(id)
    this.frame(element.start, inner.openEnd, label, room)
    this.content(inner.children)
    this.closes.push(id)
    this.frame(inner.closeStart, element.end, '', !layout || element.name === 'ac:layout')
  }

  /** Adds tags to the frame in the making; `room`: content may follow, so the frame ends here. */
  private frame(start: number, end: number, label: string, room: boolean): void {
    if (this.frameStart < 0) this.frameStart = start
    if (label !== '') this.labels.push(label)
    if (!room) return void (this.pendingEnd = end)
    this.flushFrame(end)
  }

  private flushFrame(end: number): void {
    const { closes, opens, labels } = this
    const label = labels.length > 0 ? labels.join(', ') : `end of ${this.names[closes.at(-1) ?? 0] ?? ''}`
    this.push('frame', this.frameStart, end, { closes, opens, label })
    this.closes = []
    this.opens = []
    this.labels = []
    this.frameStart = -1
    this.pendingEnd = -1
  }

  private block(start: number, end: number): void {
    // Content where a layout has no room for any: the tags before it are a frame of their own.
    if (this.frameStart >= 0) this.flushFrame(this.pendingEnd)
    this.push('block', start, end, { closes: NONE, opens: NONE, label: '' })
  }

  private push(kind: Piece['kind'], start: number, end: number, rest: Pick<Piece, 'closes' | 'opens' | 'label'>): void {
    this.pieces.push({ kind, raw: this.source.slice(this.cut, end), lead: start - this.cut, ...rest })
    this.cut = end
  }

  private isWhite(node: RawNode): boolean {
    return node.type === 'text' && this.source.slice(node.start, node.end).trim() === ''
  }

  private skipWhite(from: number): number {
    let at = from
    while (/\s/.test(this.source.charAt(at))) at++
    return at
  }
}

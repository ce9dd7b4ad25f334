import type { LinkContext } from '../addresses.ts'
import { bodyOf, splitBlocks, type Piece } from '../blocks.ts'
import { markdownToStorage } from '../from-markdown.ts'
import { alignEdit, type Step } from './align.ts'
import { openFence } from './atoms.ts'
import { bagOf, shareIn, takeFrom, type Bag } from './bag.ts'
import { editBlock } from './edit-block.ts'
import { isCarried } from './edit-whole.ts'
import { brokenFrame } from './frames.ts'
import { lostIn, nameOf } from './refusal.ts'
import { viewOf, type Shown } from './view.ts'

/** Why a part of an edit was not carried out: `reason` is a whole sentence; `block` is the start of the block's text. */
export type Refusal = { block: string; reason: string }

/** `storage` is as it was where anything was refused: an edit is carried out whole or not at all. */
export type Applied = { storage: string; refused: Refusal[] }

/**
 * Carries an edit of `editView(storage)` into the storage. What was not edited keeps its bytes. Of an edited block the words
 * are changed in their place, or it is written anew where Markdown carries all of it; else the edit is refused.
 */
export function applyEdit(storage: string, markdown: string, context: LinkContext): Applied {
  return new Application(storage, context).apply(markdown.replace(/\r\n?/g, '\n'))
}

class Application {
  private readonly storage: string
  private readonly context: LinkContext
  private readonly all: Shown[]
  private readonly shown: Shown[]
  private readonly refused: Refusal[] = []
  /** Edited blocks that hold less than before besides text: an item or a row was taken out. */
  private readonly shrunk: { text: string; markdown: string }[] = []
  /** Pieces that are not shown, by the index of the shown one before them; -1: before all. */
  private readonly hidden = new Map<number, Piece[]>()

  constructor(storage: string, context: LinkContext) {
    this.storage = storage
    this.context = context
    this.all = viewOf(splitBlocks(storage), context)
    this.shown = this.all.filter(({ text }) => text !== '')
    let before = -1
    for (const { piece, text } of this.all) {
      if (text !== '') before++
      else this.hidden.set(before, [...(this.hidden.get(before) ?? []), piece])
    }
  }

  apply(markdown: string): Applied {
    const steps = alignEdit(this.shown, markdown, (index) => this.isCarried(index))
    const storage = this.write(steps, definitionsOf(markdown))
    const frames = steps.flatMap((step) => (step.kind === 'keep' ? [this.shown[step.index]?.piece] : []))
    const broken = brokenFrame(
      this.all.map(({ piece }) => piece),
      frames,
    )
    if (broken !== undefined) this.refuse(broken, FRAME)
    this.refuseSwallowed(steps)
    this.refuseMoved(steps)
    return this.refused.length > 0 ? { storage: this.storage, refused: this.refused } : { storage, refused: [] }
  }

  private write(steps: readonly Step[], definitions: string): string {
    const stays = new Set(steps.flatMap((step) => (step.kind === 'keep' || step.kind === 'edit' ? [step.index] : [])))
    let out = this.hiddenAfter(-1)
    let next = 0
    let lead = ''
    for (const step of steps) {
      if (step.kind === 'keep' || step.kind === 'edit') {
        // Of pieces that went, what was not shown stays.
        for (; next < step.index; next++) if (!stays.has(next)) out += this.hiddenAfter(next)
        const { piece } = this.shown[step.index] ?? {}
        if (piece === undefined) continue
        out +=
          step.kind === 'keep' ? piece.raw : piece.raw.slice(0, piece.lead) + this.edited(step.index, step.markdown)
        out += this.hiddenAfter(step.index)
        lead = leadOf(piece)
      } else if (step.kind === 'new') out += lead + markdownToStorage(step.markdown + definitions, this.context)
      else if (step.kind === 'unknown') this.refuse(`<!-- keep ${step.keep} -->`, step.twice ? TWICE : UNKNOWN)
      else this.refuse(nameOf(this.shown[step.index]?.text ?? ''), JOINED)
    }
    for (; next < this.shown.length; next++) if (!stays.has(next)) out += this.hiddenAfter(next)
    return out
  }

  private hiddenAfter(index: number): string {
    return (this.hidden.get(index) ?? []).map((piece) => piece.raw).join('')
  }

  private edited(index: number, markdown: string): string {
    const { piece, text } = this.shown[index] ?? { piece: undefined, text: '' }
    if (piece === undefined) return ''
    const body = bodyOf(piece)
    const edited = editBlock(body, text, markdown, this.context)
    if (edited === undefined) this.refuse(nameOf(text), lostIn(body, text))
    else if (thingsIn(edited) < thingsIn(body)) this.shrunk.push({ text, markdown })
    return edited ?? body
  }

  private isCarried(index: number): boolean {
    const { piece, text } = this.shown[index] ?? { piece: undefined, text: '' }
    return piece !== undefined && isCarried(bodyOf(piece), text, this.context)
  }

  /** A kept line that was run into other text would be taken for deleted, and so would all behind a fence that stays open. */
  private refuseSwallowed(steps: readonly Step[]): void {
    const stays = new Set(steps.flatMap((step) => (step.kind === 'keep' ? [this.shown[step.index]?.keep] : [])))
    const keeps = new Set(this.shown.map(({ keep }) => keep))
    for (const step of steps) {
      if (step.kind !== 'new' && step.kind !== 'edit') continue
      const open = openFence(step.markdown)
      if (open !== undefined) this.refuse(open, OPEN)
      for (const [, digits] of step.markdown.matchAll(/<!-{1,2} *keep +(\d{1,9})/g)) {
        const keep = Number(digits)
        if (keeps.has(keep) && !stays.has(keep)) this.refuse(`<!-- keep ${keep} -->`, BURIED)
      }
    }
  }

  /** An item or a row that was not taken out but turned into text elsewhere would lose what else it holds. */
  private refuseMoved(steps: readonly Step[]): void {
    if (this.shrunk.length === 0) return
    const added = steps.map((step): Bag => {
      if (step.kind === 'new') return bagOf(step.markdown)
      return step.kind === 'edit' ? without(step.markdown, this.shown[step.index]?.text ?? '') : new Map()
    })
    for (const { text, markdown } of this.shrunk) {
      const removed = without(text, markdown)
      if (added.some((bag) => shareIn(removed, bag) >= 0.5)) this.refuse(nameOf(text), JOINED)
    }
  }

  private refuse(block: string, reason: string): void {
    this.refused.push({ block, reason: `“${block}”: ${reason}` })
  }
}

const FRAME = 'It begins and ends with a line to keep. Move or delete both, with what stands between them, or neither.'
const JOINED =
  'It was put together with another block, and holds what would be lost there. Leave both as blocks, or do it in Confluence.'
const BURIED =
  'A line to keep stands alone, as it was given: nothing before it, nothing around it. Put it back on a line of its own.'
const OPEN = 'A code fence is opened and not closed, so all that follows would be code. Close it.'
const TWICE = 'It stands there twice, and what it stands for cannot be copied. Leave it once.'
const UNKNOWN =
  'The document has nothing of this number to keep. Delete the line, or read the document anew and edit that.'

/** How many things stand in storage format that are no text. */
function thingsIn(storage: string): number {
  return storage.match(/<(?:ac:(?!task)|ri:|time\b|span\b)/g)?.length ?? 0
}

function without(text: string, other: string): Bag {
  const bag = bagOf(text)
  takeFrom(bag, bagOf(other))
  return bag
}

/** White space that stands before a piece, to set new ones apart alike. */
function leadOf(piece: Piece): string {
  const lead = piece.raw.slice(0, piece.lead)
  return /^\s*$/.test(lead) ? lead : ''
}

/** Where links by name lead, wherever that is said. */
function definitionsOf(markdown: string): string {
  const found = markdown.match(/^ {0,3}\[[^\]\n]{1,999}\]:[ \t]*\S[^\n]*$/gm)
  return found ? `\n\n${found.join('\n')}` : ''
}

import type { LinkContext } from '../addresses.ts'
import { markdownToStorage } from '../from-markdown.ts'
import { rawChild, rawElements, scanStorage, type RawElement } from '../raw/scan.ts'
import { sameStorage } from './carried.ts'
import { editPieces, unwrappedLine, type EditBlock } from './edit-pieces.ts'
import { itemsOf, type Item } from './items.ts'
import { pairRows } from './pair.ts'

/**
 * A list with items reworded, added, taken out or put elsewhere: items that were not edited keep their bytes. Undefined where
 * the block is no plain list, or the edit is no list of the same kind.
 */
export function editList(
  body: string,
  before: string,
  after: string,
  context: LinkContext,
  editBlock: EditBlock,
): string | undefined {
  const list = listIn(body)
  if (list === undefined) return undefined
  const tasks = list.name === 'ac:task-list'
  const [old, wanted] = [itemsOf(before, tasks), itemsOf(after, tasks)]
  const raws = rawElements(list.children)
  if (old === undefined || wanted === undefined || old.items.length !== raws.length) return undefined
  if (old.ordered !== wanted.ordered || old.start !== wanted.start) return undefined
  if (tasks && wanted.items.some((item) => item.checked === undefined)) return undefined
  const edit = new ListEdit(body, raws, tasks, context, editBlock)
  const carried = (index: number) => edit.isCarried(index, old.items[index])
  const rows = pairRows(old.items.map(keyOf), wanted.items.map(keyOf), carried)
  let out = body.slice(0, list.openEnd)
  for (const [at, item] of wanted.items.entries()) {
    const from = rows[at] ?? -1
    const written = from < 0 ? edit.added(item) : edit.changed(from, old.items[from], item)
    if (written === undefined) return undefined
    out += written
  }
  return out + body.slice(raws.at(-1)?.end ?? list.openEnd)
}

/** The list that a block is; undefined for other blocks, and for lists that hold more than items. */
function listIn(body: string): RawElement | undefined {
  const { nodes, wellFormed } = scanStorage(body)
  const [list] = nodes
  if (!wellFormed || list?.type !== 'element' || body.slice(list.end).trim() !== '') return undefined
  if (list.name !== 'ul' && list.name !== 'ol' && list.name !== 'ac:task-list') return undefined
  const item = list.name === 'ac:task-list' ? 'ac:task' : 'li'
  const plain = list.children.every((node) =>
    node.type === 'element'
      ? node.name === item
      : node.type === 'text' && body.slice(node.start, node.end).trim() === '',
  )
  return plain && rawElements(list.children).length > 0 ? list : undefined
}

function keyOf({ content, checked }: Item): string {
  return checked === undefined ? content : `[${checked ? 'x' : ' '}] ${content}`
}

class ListEdit {
  private readonly body: string
  private readonly raws: RawElement[]
  private readonly tasks: boolean
  private readonly context: LinkContext
  private readonly editBlock: EditBlock

  constructor(body: string, raws: RawElement[], tasks: boolean, context: LinkContext, editBlock: EditBlock) {
    this.editBlock = editBlock
    this.body = body
    this.raws = raws
    this.tasks = tasks
    this.context = context
  }

  isCarried(index: number, item: Item | undefined): boolean {
    const raw = this.raws[index]
    const content = raw && this.contentOf(raw)
    if (content === undefined || item === undefined) return false
    const inner = this.body.slice(content.openEnd, content.closeStart)
    const wrap = (storage: string) => `<ul><li>${storage}</li></ul>`
    return sameStorage(wrap(inner), wrap(markdownToStorage(item.content, this.context)))
  }

  /** A new item, set apart and wrapped as the items beside it are. */
  added(item: Item): string | undefined {
    const sibling = this.raws.at(-1)
    const content = sibling && this.contentOf(sibling)
    if (content === undefined) return undefined
    const like = this.body.slice(content.openEnd, content.closeStart)
    const inner = unwrappedLine(markdownToStorage(item.content, this.context), like)
    const lead = this.leadOf(0)
    if (!this.tasks) return `${lead}<li>${inner === '' ? '<p></p>' : inner}</li>`
    const status = `<ac:task-status>${statusOf(item)}</ac:task-status>`
    return `${lead}<ac:task>${status}<ac:task-body>${unwrappedLine(inner, '')}</ac:task-body></ac:task>`
  }

  changed(index: number, old: Item | undefined, item: Item): string | undefined {
    const raw = this.raws[index]
    const content = raw && this.contentOf(raw)
    if (raw === undefined || content === undefined || old === undefined) return undefined
    const lead = this.leadOf(index)
    const inner = this.body.slice(content.openEnd, content.closeStart)
    const edited = editPieces(inner, old.content, item.content, this.context, this.editBlock)
    if (edited === undefined) return undefined
    const head = this.body.slice(raw.start, content.openEnd)
    const changed = old.checked === item.checked ? head : withStatus(head, statusOf(item))
    return changed === undefined ? undefined : lead + changed + edited + this.body.slice(content.closeStart, raw.end)
  }

  private contentOf(raw: RawElement): RawElement | undefined {
    const content = this.tasks ? rawChild(raw, 'ac:task-body') : raw
    return content !== undefined && content.end > content.openEnd ? content : undefined
  }

  /** White space before an item. */
  private leadOf(index: number): string {
    const raw = this.raws[index]
    if (raw === undefined) return ''
    const before = this.body.slice(0, raw.start)
    return before.slice(before.trimEnd().length)
  }
}

function statusOf(item: Item): string {
  return item.checked === true ? 'complete' : 'incomplete'
}

function withStatus(head: string, status: string): string | undefined {
  const pattern = /(<ac:task-status[^>]*>)[^<]*(<\/ac:task-status>)/
  return pattern.test(head)
    ? head.replace(pattern, (_, open: string, close: string) => open + status + close)
    : undefined
}

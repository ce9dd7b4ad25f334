import type { LinkContext } from '../addresses.ts'
import { markdownToStorage } from '../from-markdown.ts'
import { plainBody } from '../raw/plain-body.ts'
import { sameStorage } from './carried.ts'
import { editAround } from './edit-around.ts'
import { MAX_PARSED, parseMarkdown } from './markdown-tree.ts'
import { leavesOf, sameLeaves, sameMeaning } from './meaning.ts'
import { patchFence } from './patch-fence.ts'
import { patchWords } from './patch-words.ts'
import { blockMarkdown } from './view.ts'

/** A block as a whole: its words in their place, or all of it anew. */
export function editWhole(body: string, before: string, after: string, context: LinkContext): string | undefined {
  if (before.length > MAX_PARSED || after.length > MAX_PARSED) return undefined
  const [was, wanted] = [parseMarkdown(before), parseMarkdown(after)]
  const [words, wantedWords] = [leavesOf(was), leavesOf(wanted)]
  if (sameLeaves(words, wantedWords)) return body
  const plain = plainBody(body)
  if (plain) return patchFence(body, plain, wanted)
  const patched = patchWords(body, words, wantedWords)
  if (patched !== undefined && patched !== body) {
    const shown = blockMarkdown(patched, context)
    if (shown !== undefined && sameMeaning(parseMarkdown(shown), wanted)) return patched
  }
  return writeAnew(body, before, after, context) ?? editAround(body, before, after, context, writeAnew)
}

function writeAnew(body: string, before: string, after: string, context: LinkContext): string | undefined {
  return isCarried(body, before, context) ? withOpeningTag(body, markdownToStorage(after, context)) : undefined
}

/** True where Markdown says all there is in the block: it may be written anew. */
export function isCarried(body: string, before: string, context: LinkContext): boolean {
  return (
    before.length <= MAX_PARSED &&
    plainBody(body) === undefined &&
    sameStorage(body, markdownToStorage(before, context))
  )
}

const OPENING = /^<([a-z][a-z0-9:-]*)((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*\/?>/

/** What Confluence gives tags by itself, and what Markdown says. */
const UNKEPT = /\s+(?:local-id|ac:local-id|ac:schema-version|ac:macro-id|start)\s*=\s*(?:"[^"]*"|'[^']*')/g

/** Attributes of the outer tag stay: ids, alignment, whatever the editor keeps there. Undefined where they have no tag to be on. */
export function withOpeningTag(before: string, after: string): string | undefined {
  const [, oldName = '', attributes = ''] = OPENING.exec(before) ?? []
  const [tag = '', newName = '', own = ''] = OPENING.exec(after) ?? []
  const kept = attributes.replace(/\s+start\s*=\s*(?:"[^"]*"|'[^']*')/g, '')
  if (kept === '') return after
  const fits = oldName === newName || (isLine(oldName) && isLine(newName))
  if (!fits || own.replace(UNKEPT, '') !== '') return kept.replace(UNKEPT, '') === '' ? after : undefined
  return `<${newName}${kept}${own}>${after.slice(tag.length)}`
}

function isLine(name: string): boolean {
  return /^(?:p|h[1-6])$/.test(name)
}

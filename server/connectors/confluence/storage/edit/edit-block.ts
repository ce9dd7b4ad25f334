import type { LinkContext } from '../addresses.ts'
import { markdownToStorage } from '../from-markdown.ts'
import { plainBody } from '../raw/plain-body.ts'
import { sameStorage } from './carried.ts'
import { parseMarkdown } from './markdown-tree.ts'
import { leavesOf, sameLeaves, sameMeaning } from './meaning.ts'
import { patchFence } from './patch-fence.ts'
import { patchWords } from './patch-words.ts'
import { blockMarkdown } from './view.ts'

/** A block after an edit, or undefined where the edit would lose what Markdown cannot carry. */
export function editBlock(body: string, before: string, after: string, context: LinkContext): string | undefined {
  const [was, wanted] = [parseMarkdown(before), parseMarkdown(after)]
  const [words, wantedWords] = [leavesOf(was), leavesOf(wanted)]
  if (sameLeaves(words, wantedWords)) return body
  const plain = plainBody(body)
  if (plain) {
    const fenced = patchFence(body, plain, wanted)
    return fenced
  }
  const patched = patchWords(body, words, wantedWords)
  if (patched !== undefined && patched !== body) {
    const shown = blockMarkdown(patched, context)
    if (shown !== undefined && sameMeaning(parseMarkdown(shown), wanted)) return patched
  }
  if (!isCarried(body, before, context)) return undefined
  return withOpeningTag(body, markdownToStorage(after, context))
}

/** True where Markdown says all there is in the block: it may be written anew. */
export function isCarried(body: string, before: string, context: LinkContext): boolean {
  return plainBody(body) === undefined && sameStorage(body, markdownToStorage(before, context))
}

const OPENING = /^<([a-z][a-z0-9:-]*)((?:\s[^<>]*?)?)\s*>/

/** Attributes of the outer tag stay: ids, alignment, whatever the editor keeps there. */
function withOpeningTag(before: string, after: string): string {
  const [, oldName = '', attributes = ''] = OPENING.exec(before) ?? []
  const [, newName = '', own = ''] = OPENING.exec(after) ?? []
  if (attributes === '' || own !== '' || (oldName !== newName && !(isLine(oldName) && isLine(newName)))) return after
  return `<${newName}${attributes}>${after.slice(after.indexOf('>') + 1)}`
}

function isLine(name: string): boolean {
  return /^(?:p|h[1-6])$/.test(name)
}

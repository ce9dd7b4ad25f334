import type { Inline } from '../tree.ts'
import { isNested } from '../tree.ts'
import { isWord } from './escape.ts'
import { finish, innerLine, isBlank, put, putBreak, written, type Line } from './line.ts'

const MARKERS = { strong: '**', emphasis: '*', delete: '~~' } as const
const TAGS = { strong: 'strong', emphasis: 'em', delete: 'del' } as const

/** Where `Line` notes which marks it is inside of. */
const BITS = { strong: 1, emphasis: 2, delete: 4 } as const

type Marked = { type: keyof typeof MARKERS; children: Inline[] }

/**
 * Bold, italic or struck text. CommonMark reads "**" only where the characters around it allow (rule 6.2, left- and
 * right-flanking runs); where they do not, for instance in "**foo.**bar", HTML's tags say the same.
 */
export function writeMark(node: Marked, next: Inline | undefined, line: Line, write: Writer): void {
  const inner = innerLine(line, line.inLink, line.marks | BITS[node.type])
  const { children } = node
  let first = 0
  while (children[first]?.type === 'break') first++
  if (first > 0) putBreak(line)
  write(first === 0 ? children : children.slice(first), inner)
  const raw = written(inner)
  const text = finish(raw)
  if (raw.startsWith(' ') && !isBlank(line)) put(line, ' ')
  if (text !== '') {
    const trailing = raw.endsWith(' ') || inner.pendingBreak
    const marker = isReadable(text, line, !trailing && opensWithLetter(next))
    const tag = TAGS[node.type]
    put(line, marker ? MARKERS[node.type] + text + MARKERS[node.type] : `<${tag}>${text}</${tag}>`)
    if (raw.endsWith(' ')) put(line, ' ')
  }
  if (inner.pendingBreak) putBreak(line)
}

type Writer = (nodes: Inline[], line: Line) => void

/** Bold inside bold is bold already: its content takes its place. */
export function unwrapped(nodes: Inline[], marks: number): Inline[] {
  if (!nodes.some((node) => isRepeated(node, marks))) return nodes
  return nodes.flatMap((node) => (isRepeated(node, marks) ? unwrapped(node.children, marks) : [node]))
}

function isRepeated(node: Inline, marks: number): node is Marked {
  return (
    (node.type === 'strong' || node.type === 'emphasis' || node.type === 'delete') && (marks & BITS[node.type]) !== 0
  )
}

function isReadable(text: string, line: Line, letterFollows: boolean): boolean {
  const before = line.pendingBreak ? '' : line.last
  if (before === '*' || before === '~' || before === '_') return false
  // The space is the common case: nothing to ask.
  const opens = before === '' || before === ' ' || isLetter(text.charAt(0)) || isPunctuation(before)
  return opens && (!letterFollows || isLetter(text.charAt(text.length - 1)))
}

function opensWithLetter(next: Inline | undefined): boolean {
  if (next?.type === 'text' || next?.type === 'date') {
    const first = next.value.charAt(0)
    if (isWord(first.charCodeAt(0))) return true
    return !/\s/.test(first) && !isPunctuation(first)
  }
  if (next && isNested(next) && next.type !== 'link') {
    // A mark around nothing but an anchor writes nothing at all.
    const [first] = next.children
    return first?.type === 'anchor'
  }
  // An anchor writes nothing, so what follows it is not known here.
  return next?.type === 'anchor'
}

/** Halves of surrogate pairs are neither letter nor punctuation: parsers disagree about them. */
function isLetter(character: string): boolean {
  return isWord(character.charCodeAt(0)) || /^[^\s\p{P}\p{S}\p{Cs}]$/u.test(character)
}

function isPunctuation(character: string): boolean {
  return !isWord(character.charCodeAt(0)) && /^[\p{P}\p{S}]$/u.test(character)
}

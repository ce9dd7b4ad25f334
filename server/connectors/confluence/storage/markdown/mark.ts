import type { Inline, Mark } from '../tree.ts'
import { finish, innerLine, isBlank, put, putBreak, type Line } from './line.ts'

const MARKERS = { strong: '**', emphasis: '*', delete: '~~' } as const
const TAGS = { strong: 'strong', emphasis: 'em', delete: 'del' } as const

type Marked = { type: keyof typeof MARKERS; children: Inline[] }

/**
 * Bold, italic or struck text. CommonMark reads "**" only where the characters around it allow (rule 6.2, left- and
 * right-flanking runs); where they do not, for instance in "**foo.**bar", HTML's tags say the same.
 */
export function writeMark(node: Marked, next: Inline | undefined, line: Line, write: Writer): void {
  const inner = innerLine(line, { marks: new Set([...line.marks, node.type]) })
  const { children } = node
  let first = 0
  while (children[first]?.type === 'break') first++
  if (first > 0) putBreak(line)
  write(first === 0 ? children : children.slice(first), inner)
  const raw = inner.pieces.join('')
  const text = finish(inner)
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
export function unwrapped(nodes: Inline[], marks: ReadonlySet<Mark>): Inline[] {
  if (!nodes.some((node) => 'children' in node && node.type !== 'link' && marks.has(node.type))) return nodes
  return nodes.flatMap((node) =>
    'children' in node && node.type !== 'link' && marks.has(node.type) ? unwrapped(node.children, marks) : [node],
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
    return !/\s/.test(first) && !isPunctuation(first)
  }
  if (next && 'children' in next && next.type !== 'link') {
    // A mark around nothing but an anchor writes nothing at all.
    const [first] = next.children
    return first?.type === 'anchor'
  }
  // An anchor writes nothing, so what follows it is not known here.
  return next?.type === 'anchor'
}

/** Halves of surrogate pairs are neither letter nor punctuation: parsers disagree about them. */
function isLetter(character: string): boolean {
  return /^[^\s\p{P}\p{S}\p{Cs}]$/u.test(character)
}

function isPunctuation(character: string): boolean {
  return /^[\p{P}\p{S}]$/u.test(character)
}

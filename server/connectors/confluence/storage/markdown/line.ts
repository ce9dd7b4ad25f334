import type { Mark } from '../tree.ts'

/** A line of Markdown in the making. What may follow depends on its last character. */
export type Line = {
  pieces: string[]
  last: string
  /** A line break that is written when something follows it: one at the end would be read as a backslash. */
  pendingBreak: boolean
  inLink: boolean
  inTable: boolean
  /** Line breaks are spaces: in headings. */
  oneLine: boolean
  /** The marks this line is inside of: bold in bold is bold. */
  marks: ReadonlySet<Mark>
}

const NO_MARKS: ReadonlySet<Mark> = new Set()

export function newLine(place: 'block' | 'heading' | 'cell'): Line {
  return {
    pieces: [],
    last: '',
    pendingBreak: false,
    inLink: false,
    inTable: place === 'cell',
    oneLine: place === 'heading',
    marks: NO_MARKS,
  }
}

/** A line inside another one: between markers, or in a link's brackets. */
export function innerLine(outer: Line, changes: Partial<Pick<Line, 'inLink' | 'marks'>>): Line {
  // "(" stands for the marker: neither white space nor a marker that could run into the next one.
  return { ...outer, pieces: [], last: '(', pendingBreak: false, ...changes }
}

/** Adds finished Markdown to the line, after the break that was waiting for it. */
export function put(line: Line, markdown: string): void {
  if (markdown === '') return
  if (line.pendingBreak) writePending(line)
  line.pieces.push(markdown)
  line.last = markdown.charAt(markdown.length - 1)
}

export function putBreak(line: Line): void {
  if (line.last !== '') line.pendingBreak = true
}

/** True where a space would be the line's first character or its second in a row. */
export function isBlank(line: Line): boolean {
  return line.pendingBreak || line.last === '' || line.last === ' '
}

/** True where "#", "1." and the like would open a block. */
export function atLineStart(line: Line): boolean {
  return line.pendingBreak || line.last === ''
}

export function finish(line: Line): string {
  const text = line.pieces.join('')
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--
  let start = 0
  while (start < end && text.charCodeAt(start) === 32) start++
  return text.slice(start, end)
}

function writePending(line: Line): void {
  line.pendingBreak = false
  const last = line.pieces.length - 1
  const piece = line.pieces[last]
  if (line.last === ' ' && piece !== undefined) line.pieces[last] = piece.trimEnd()
  line.pieces.push(line.oneLine ? ' ' : line.inTable ? '<br>' : '\\\n')
}

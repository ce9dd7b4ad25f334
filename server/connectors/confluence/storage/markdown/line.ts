/** A line of Markdown in the making. What may follow depends on its last character. */
export type Line = {
  /** What stands there, but for the piece that came last: a break that follows takes the white space off its end. */
  text: string
  tail: string
  last: string
  /** A line break that is written when something follows it: one at the end would be read as a backslash. */
  pendingBreak: boolean
  inLink: boolean
  inTable: boolean
  /** Line breaks are spaces: in headings. */
  oneLine: boolean
  /** The marks this line is inside of, a bit each (`mark.ts`): bold in bold is bold. */
  marks: number
}

export function newLine(place: 'block' | 'heading' | 'cell'): Line {
  return {
    text: '',
    tail: '',
    last: '',
    pendingBreak: false,
    inLink: false,
    inTable: place === 'cell',
    oneLine: place === 'heading',
    marks: 0,
  }
}

/** A line inside another one: between markers, or in a link's brackets. */
export function innerLine({ inTable, oneLine }: Line, inLink: boolean, marks: number): Line {
  // "(" stands for the marker: neither white space nor a marker that could run into the next one.
  return { text: '', tail: '', last: '(', pendingBreak: false, inLink, inTable, oneLine, marks }
}

/** Adds finished Markdown to the line, after the break that was waiting for it. */
export function put(line: Line, markdown: string): void {
  if (markdown === '') return
  if (line.pendingBreak) writePending(line)
  line.text += line.tail
  line.tail = markdown
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

export function written(line: Line): string {
  return line.text + line.tail
}

/** A text without spaces at either end. */
export function finish(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--
  let start = 0
  while (start < end && text.charCodeAt(start) === 32) start++
  return text.slice(start, end)
}

function writePending(line: Line): void {
  line.pendingBreak = false
  if (line.last === ' ') line.tail = line.tail.trimEnd()
  line.tail += line.oneLine ? ' ' : line.inTable ? '<br>' : '\\\n'
}

/** Nested quotes and lists deeper than this are not indented further: every line repeats the indentation. */
const MAX_PREFIX = 60

/** Lines of Markdown below one another, each behind the prefix of the lists and quotes it stands in. */
export type Writer = {
  lines: string[]
  prefix: string
  /** Prefix of the next line only, where a list item's marker stands; undefined once it is written. */
  lead: string | undefined
}

export function newWriter(): Writer {
  return { lines: [], prefix: '', lead: undefined }
}

export function writeLine(writer: Writer, text: string): void {
  const prefix = writer.lead ?? writer.prefix
  writer.lead = undefined
  writer.lines.push(text === '' ? prefix.trimEnd() : prefix + text)
}

/** Several lines at once, each behind the prefix. */
export function writeLines(writer: Writer, text: string): void {
  if (!text.includes('\n')) return writeLine(writer, text)
  for (const line of text.split('\n')) writeLine(writer, line)
}

/** An empty line between blocks; none before the first line of a list item. */
export function writeGap(writer: Writer): void {
  if (writer.lead === undefined && writer.lines.length > 0) writer.lines.push(writer.prefix.trimEnd())
}

/** Writes a body behind a longer prefix; `first` is what its first line has in place of `rest`. */
export function indented(writer: Writer, first: string, rest: string, body: () => void): void {
  const { prefix, lead } = writer
  const outer = lead ?? prefix
  const deep = prefix.length > MAX_PREFIX
  writer.lead = outer.length > MAX_PREFIX ? outer : outer + first
  writer.prefix = deep ? prefix : prefix + rest
  body()
  if (writer.lead !== undefined) writeLine(writer, '')
  writer.prefix = prefix
}

/** A list item as it is written: its content without marker and indentation. */
export type Item = { content: string; checked: boolean | undefined }
export type Items = { ordered: boolean; start: number; marker: string; items: Item[] }

const MARKER = /^(?:([-*+])|(\d{1,9})([.)]))(?: |$)/
const BOX = /^\[([ xX])\](?: |$)/

/** The items of one list in Markdown; undefined where the text is not just that, or is written in a way that needs a parser. */
export function itemsOf(markdown: string, tasks: boolean): Items | undefined {
  const lines = markdown.split('\n')
  const first = MARKER.exec(lines[0] ?? '')
  if (!first) return undefined
  const marker = first[1] ?? first[3] ?? ''
  const items: Item[] = []
  let current: string[] = []
  let width = 0
  const flush = () => {
    if (current.length > 0) items.push(itemFrom(current.join('\n').trimEnd(), tasks))
  }
  for (const line of lines) {
    const found = MARKER.exec(line)
    if (found) {
      if ((found[1] ?? found[3]) !== marker) return undefined
      flush()
      width = found[0].trimEnd().length + 1
      // More spaces than one set the content further in, or make it code.
      if (line.startsWith(' ', width)) return undefined
      current = [line.slice(width)]
    } else if (line.trim() === '' || line.startsWith(' '.repeat(width))) current.push(line.slice(width))
    else return undefined
  }
  flush()
  return { ordered: first[2] !== undefined, start: Number(first[2] ?? 1), marker, items }
}

function itemFrom(content: string, tasks: boolean): Item {
  const box = tasks ? BOX.exec(content) : null
  return { content: content.slice(box?.[0].length ?? 0), checked: box ? box[1] !== ' ' : undefined }
}

/** The words of HTML and SVG files. */
import { Parser } from 'htmlparser2'
import { gather } from './outcome.ts'

const SILENT = new Set(['script', 'style', 'template', 'noscript'])
const BLOCKS = new Set(
  'address article aside blockquote br dd div dl dt fieldset figcaption footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th title tr ul text tspan desc'.split(
    ' ',
  ),
)
const CHUNK = 1_000_000

export function markupText(markup: string): string {
  const into = gather()
  let silent = 0
  const parser = new Parser({
    onopentag(tag) {
      if (SILENT.has(tag)) silent += 1
      else if (BLOCKS.has(tag)) into.newLine()
    },
    ontext: (text) => void (silent === 0 && into.add(text.replaceAll(/\s+/g, ' '))),
    onclosetag(tag) {
      if (SILENT.has(tag)) silent = Math.max(0, silent - 1)
      else if (BLOCKS.has(tag)) into.newLine()
    },
  })
  for (let at = 0; at < markup.length && !into.isFull; at += CHUNK) parser.write(markup.slice(at, at + CHUNK))
  if (!into.isFull) parser.end()
  return into.text
}

import { MAX_PARSED } from './markdown-tree.ts'

/** What Markdown cannot carry, and how it shows in storage format. */
const LOSSES: [pattern: RegExp, name: string][] = [
  [/<ac:inline-comment-marker\b/, 'an inline comment'],
  [/<ri:user\b/, 'a mention'],
  [/<ac:image\b/, 'an image'],
  [/<ac:link\b/, 'a link to a page or a file'],
  [/<ac:emoticon\b/, 'an emoticon'],
  [/<time\b/, 'a date'],
  [/<ac:placeholder\b/, 'a placeholder'],
  [/<ac:adf-extension\b/, 'an extension'],
  [/<ac:task\b/, 'tasks with their ids'],
  [/<colgroup\b|\s(?:col|row)span=|\sdata-(?:table|layout)/, 'the layout of a table'],
  [/\sstyle=|\sclass=|<span\b/, 'colours or other styles'],
]

/** Why a block cannot be written anew, in a sentence that says what to do. `text`: the block as it is shown. */
export function lostIn(body: string, text: string): string {
  if (text.length > MAX_PARSED)
    return `It has ${text.length} characters, and blocks of more than ${MAX_PARSED} are edited in Confluence only.`
  const macros = [...body.matchAll(/<(?:ac:structured-macro|ac:macro)\b[^>]*\sac:name="([^"]{1,80})"/g)].map(
    (found) => `the macro "${found[1]}"`,
  )
  const found = [...new Set([...LOSSES.filter(([pattern]) => pattern.test(body)).map(([, name]) => name), ...macros])]
  const what = found.length > 0 ? listed(found.slice(0, 4)) : 'something that Markdown has no words for'
  return `It holds ${what}, which this edit would lose. Change words only, one by one, or make this change in Confluence.`
}

/** A block as a reader finds it: the start of its text. */
export function nameOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 80 ? `${line.slice(0, 79).toWellFormed()}…` : line
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

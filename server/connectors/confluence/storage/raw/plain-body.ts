import { isMacro, macroName } from './kinds.ts'
import { rawAttribute, rawChild, rawElements, scanStorage, type RawElement } from './scan.ts'

/** A block that is one macro with a plain body: code, a diagram's source, Markdown. Offsets are into the block. */
export type PlainBody = {
  name: string
  language: string
  /** The text, line ends as `\n`, without the one line break that editors leave at either end. */
  value: string
  /** What stands between the tags of the body; `head` and `tail` are the line breaks left out of `value`. */
  from: number
  to: number
  head: string
  tail: string
}

/** Macros whose plain body is edited as a fence. */
const EDITED = new Set([
  'code', 'code-block', 'codeblock', 'paste-code-macro', 'noformat', 'markdown', 'html', 'mermaid', 'mermaid-macro', 'mermaid-cloud',
  'mermaid-diagram', 'plantuml', 'plantumlrender', 'plantumlcloud', 'graphviz', 'flowchart', 'mathblock', 'latex',
]) // prettier-ignore

const LANGUAGES: Record<string, string> = {
  markdown: 'markdown',
  html: 'html',
  plantuml: 'plantuml',
  graphviz: 'dot',
  flowchart: 'dot',
}

/** Reads a block as such a macro; undefined for every other block. */
export function plainBody(block: string): PlainBody | undefined {
  if (!block.startsWith('<ac:')) return undefined
  const { nodes, wellFormed } = scanStorage(block)
  const [macro] = nodes
  if (!wellFormed || nodes.length !== 1 || macro?.type !== 'element' || !isMacro(macro)) return undefined
  const name = macroName(block, macro).toLowerCase()
  const body = rawChild(macro, 'ac:plain-text-body')
  if (!EDITED.has(name) || body === undefined || body.children.some((child) => child.type === 'element'))
    return undefined
  const { value, head, tail } = readText(block, body)
  return { name, language: languageOf(block, macro, name), value, head, tail, from: body.openEnd, to: body.closeStart }
}

function readText(block: string, body: RawElement): Pick<PlainBody, 'value' | 'head' | 'tail'> {
  let text = ''
  for (const child of body.children) if (child.type === 'cdata') text += block.slice(child.from, child.to)
  const unix = text.replace(/\r\n?/g, '\n')
  const head = /^[ \t]*\n/.exec(unix)?.[0] ?? ''
  const rest = unix.slice(head.length)
  const tail = /\n[ \t]*$/.exec(rest)?.[0] ?? ''
  return { value: rest.slice(0, rest.length - tail.length), head, tail }
}

function languageOf(block: string, macro: RawElement, name: string): string {
  for (const child of rawElements(macro.children)) {
    if (child.name !== 'ac:parameter' || rawAttribute(block, child, 'ac:name') !== 'language') continue
    return block
      .slice(child.openEnd, child.closeStart)
      .trim()
      .toLowerCase()
      .replace(/[^\w+#.-]/g, '-')
      .slice(0, 40)
  }
  return LANGUAGES[name] ?? (name.startsWith('mermaid') ? 'mermaid' : '')
}

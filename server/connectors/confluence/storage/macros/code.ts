import { addCode } from '../build/html-blocks.ts'
import { addBlock, addBlocks, addInline, type Build, type Sink } from '../build/sink.ts'
import { textContent } from '../element.ts'
import { parameter, type Macro, type MacroHandler } from './macro.ts'

/** The code macro's own names for languages, where Markdown's readers say otherwise. */
const LANGUAGES = new Map(
  Object.entries({
    none: '',
    text: '',
    plain: '',
    'plain text': '',
    py: 'python',
    js: 'javascript',
    yml: 'yaml',
    'html/xml': 'xml',
    'html and xml': 'xml',
    'c#': 'csharp',
    'c++': 'cpp',
    jfx: 'javafx',
    'java fx': 'javafx',
    actionscript3: 'actionscript',
    vb: 'vbnet',
  }),
)

/** Macros whose body is text to be kept to the letter. */
export const CODE_MACROS: Record<string, MacroHandler> = {
  code: codeMacro,
  'code-block': codeMacro,
  codeblock: codeMacro,
  'paste-code-macro': codeMacro,
  noformat: (macro, sink) => addCode(sink, '', parameter(macro, 'title'), bodyText(macro)),
  markdown: markdownMacro,
  'markdown-from-url': markdownMacro,
  html: (macro, sink, build) => addBlocks(sink, build.nested(bodyText(macro))),
  mathblock: mathBlock,
  'easy-math-block': mathBlock,
  'eazy-math-block': mathBlock,
  'mathjax-block-macro': mathBlock,
  latex: mathBlock,
  mathinline: mathInline,
  'easy-math-inline': mathInline,
  'eazy-math-inline': mathInline,
  'mathjax-inline-macro': mathInline,
  'latex-formatting': mathInline,
}

/** A macro's body as text, whichever kind of body it was saved with. */
export function bodyText(macro: Macro): string {
  if (macro.plain !== undefined) return macro.plain
  return macro.rich ? textContent({ name: '', attributes: [], children: macro.rich }) : ''
}

/** A language as fences name it; '' for none. */
function fenceLanguage(name: string): string {
  const lower = name.trim().toLowerCase()
  return LANGUAGES.get(lower) ?? lower.replace(/[^\p{L}\p{N}_+#.-]+/gu, '-').slice(0, 40)
}

function codeMacro(macro: Macro, sink: Sink): void {
  addCode(sink, fenceLanguage(parameter(macro, 'language', 'lang', '')), parameter(macro, 'title'), bodyText(macro))
}

function markdownMacro(macro: Macro, sink: Sink): void {
  const value = bodyText(macro) || parameter(macro, 'markdown', 'source', 'url', 'URL')
  if (value.trim() !== '') addBlock(sink, { type: 'markdown', value: value.replace(/\r\n?/g, '\n').trim() })
}

function mathBlock(macro: Macro, sink: Sink): void {
  const value = parameter(macro, 'body', '') || bodyText(macro).trim()
  if (value !== '') addBlock(sink, { type: 'math', value })
}

function mathInline(macro: Macro, sink: Sink, _build: Build): void {
  const value = parameter(macro, 'body', '') || bodyText(macro).trim()
  if (value !== '') addInline(sink, { type: 'inlineMath', value })
}

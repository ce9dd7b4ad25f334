import { attachmentUrl, pageUrl, safeUrl } from '../addresses.ts'
import { addLink } from '../build/html-inlines.ts'
import { addInline, addText, type Build, type Sink } from '../build/sink.ts'
import { parameter, parameterReference, type Macro, type MacroHandler } from './macro.ts'
import { unknownMacro } from './unknown.ts'

/** Macros that show something kept elsewhere: a page, a file, an address. The content itself is not fetched here. */
export const REFERENCE_MACROS: Record<string, MacroHandler> = {
  include: included('Included page'),
  'include-page': included('Included page'),
  'excerpt-include': included('Excerpt of'),
  'multiexcerpt-include': included('Excerpt of'),
  'multiexcerpt-include-macro': included('Excerpt of'),
  viewpdf: file,
  viewdoc: file,
  viewxls: file,
  viewppt: file,
  'view-file': file,
  viewfile: file,
  multimedia: file,
  'pdf-viewer': file,
  widget: address('Embedded'),
  iframe: address('Embedded'),
  embed: address('Embedded'),
  'html-include': address('Embedded'),
  rss: address('Feed'),
}

function included(label: string): MacroHandler {
  return (macro, sink, build) => {
    const reference = parameterReference(macro, build.context, '', 'page', 'pageTitle', 'PageWithExcerpt')
    const title = reference?.label || parameter(macro, '', 'page', 'pageTitle', 'PageWithExcerpt')
    if (title === '') return unknownMacro(macro, sink, build)
    // Without a reference the value is "SPACE:Title", as wiki markup had it.
    const [, key, name = title] = /^([A-Za-z0-9~]{1,255}):(.+)$/.exec(title) ?? []
    const url = reference?.url ?? pageUrl(build.context, name, key)
    addText(sink, `${label}: `)
    addLink(sink, build, url, [{ type: 'text', value: reference ? title : name }])
  }
}

function file(macro: Macro, sink: Sink, build: Build): void {
  const reference = parameterReference(macro, build.context, 'name', 'attachment', 'file', '')
  const filename = reference?.label || parameter(macro, 'name', 'attachment', 'file', '')
  if (filename === '') return unknownMacro(macro, sink, build)
  const url = reference?.url ?? attachmentUrl(build.context, filename)
  addLink(sink, build, url, [{ type: 'text', value: filename }])
}

function address(label: string): MacroHandler {
  return (macro, sink: Sink, build: Build) => {
    const reference = parameterReference(macro, build.context, 'url', 'src', 'URL', '')
    const written = reference?.label || parameter(macro, 'url', 'src', 'URL', '')
    const url = reference?.url ?? safeUrl(written, build.context)
    if (url === undefined) return unknownMacro(macro, sink, build)
    const title = parameter(macro, 'title') || url
    addInline(sink, { type: 'text', value: `${label}: ` })
    addLink(sink, build, url, [{ type: 'text', value: title }])
  }
}

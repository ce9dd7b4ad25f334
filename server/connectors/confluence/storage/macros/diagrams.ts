import { attachmentUrl } from '../addresses.ts'
import { addCode } from '../build/html-blocks.ts'
import { addLink } from '../build/html-inlines.ts'
import type { Build, Sink } from '../build/sink.ts'
import { bodyText } from './code.ts'
import { parameter, parameterReference, type Macro, type MacroHandler } from './macro.ts'
import { unknownMacro } from './unknown.ts'

/** Diagrams: those written in the page are code, those drawn in an editor lead to the attachment they are kept in. */
export const DIAGRAM_MACROS: Record<string, MacroHandler> = {
  drawio: diagram('draw.io diagram', ''),
  'drawio-sketch': diagram('draw.io sketch', ''),
  'inc-drawio': diagram('draw.io diagram', ''),
  gliffy: diagram('Gliffy diagram', ''),
  lucidchart: diagram('Lucidchart diagram', ''),
  'balsamiq-mockup': diagram('Balsamiq mockup', ''),
  plantuml: diagram('PlantUML diagram', 'plantuml'),
  plantumlrender: diagram('PlantUML diagram', 'plantuml'),
  plantumlcloud: diagram('PlantUML diagram', 'plantuml'),
  flowchart: diagram('Flow chart', 'dot'),
  graphviz: diagram('Graphviz diagram', 'dot'),
  mermaid: diagram('Mermaid diagram', 'mermaid'),
  'mermaid-macro': diagram('Mermaid diagram', 'mermaid'),
  'mermaid-cloud': diagram('Mermaid diagram', 'mermaid'),
  'mermaid-diagram': diagram('Mermaid diagram', 'mermaid'),
}

function diagram(kind: string, language: string): MacroHandler {
  return (macro, sink, build) => {
    const source = bodyText(macro)
    if (source.trim() !== '') return addCode(sink, language, parameter(macro, 'title'), source)
    addAttachment(macro, kind, sink, build)
  }
}

function addAttachment(macro: Macro, kind: string, sink: Sink, build: Build): void {
  const reference = parameterReference(macro, build.context, 'attachment', 'diagramAttachment', 'name', '')
  const filename =
    reference?.label ||
    parameter(
      macro,
      'diagramName',
      'filename',
      'name',
      'diagramDisplayName',
      'attachment',
      'diagram',
      'Name',
      'title',
      '',
    )
  if (filename === '') return unknownMacro(macro, sink, build)
  const shown = parameter(macro, 'diagramDisplayName') || filename
  // A diagram included from another page is an attachment there.
  const pageId = parameter(macro, 'pageId', 'pageid') || build.context.pageId
  const url = reference?.url ?? attachmentUrl(build.context, filename, pageId)
  addLink(sink, build, url, [{ type: 'text', value: `${kind}: ${shown}` }])
}

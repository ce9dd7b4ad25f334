/** The document between storage format and the printers: mdast's shape, plus what Confluence has and Markdown lacks. */
export type Inline =
  | { type: 'text'; value: string }
  | { type: Marker; children: Inline[] }
  | { type: Exclude<Mark, Marker>; children: Inline[] }
  | { type: 'inlineCode' | 'inlineMath' | 'mention' | 'date'; value: string }
  | { type: 'link'; url: string; children: Inline[] }
  | { type: 'image'; url: string; alt: string; title: string; width: number | undefined }
  | { type: 'break' }
  | { type: 'status'; colour: Colour; value: string }
  | { type: 'anchor'; id: string }
  /** What only Confluence can fill in when the page is shown: a table of contents, a list of children. */
  | { type: 'listing'; label: string }
  | { type: 'macro'; name: string; parameters: Parameter[] }

/** The marks that Markdown has a marker for. */
type Marker = 'strong' | 'emphasis' | 'delete'
export type Mark = 'strong' | 'emphasis' | 'delete' | 'underline' | 'superscript' | 'subscript'
export type Colour = 'grey' | 'purple' | 'blue' | 'red' | 'yellow' | 'green'
export type Parameter = { name: string; value: string }

export function isNested(node: Inline): node is Extract<Inline, { children: Inline[] }> {
  switch (node.type) {
    case 'link':
    case 'strong':
    case 'emphasis':
    case 'delete':
    case 'underline':
    case 'superscript':
    case 'subscript':
      return true
    default:
      return false
  }
}

export type Block =
  | { type: 'paragraph'; children: Inline[] }
  | { type: 'heading'; depth: number; children: Inline[] }
  | { type: 'list'; ordered: boolean; start: number; tasks: boolean; children: ListItem[] }
  | { type: 'blockquote'; children: Block[] }
  | { type: 'code'; language: string; title: string; value: string }
  | { type: 'math'; value: string }
  | { type: 'table'; rows: TableRow[] }
  | { type: 'thematicBreak' }
  | { type: 'panel'; kind: PanelKind; title: string; icon: string; children: Block[] }
  | { type: 'expand'; title: string; children: Block[] }
  | { type: 'columns'; children: Block[][] }
  /** Body of the Markdown macro, as its author wrote it. */
  | { type: 'markdown'; value: string }
  | { type: 'macroBlock'; name: string; parameters: Parameter[]; children: Block[] }

export type PanelKind = 'info' | 'tip' | 'note' | 'warning' | 'plain' | 'decision'
export type ListItem = { checked: boolean | undefined; children: Block[] }
export type TableRow = { head: boolean; cells: TableCell[] }
export type TableCell = { head: boolean; align: Align; columns: number; rows: number; children: Block[] }
export type Align = 'left' | 'center' | 'right' | undefined

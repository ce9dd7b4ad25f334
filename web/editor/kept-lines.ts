import { type Extension, EditorState, type Text, type TransactionSpec } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, WidgetType } from '@codemirror/view'
import { keptBy } from '../text/keep.ts'

/**
 * Lines that stand for what Markdown cannot carry: shown as a chip, walked over as one character, deleted only whole.
 * Nothing can be typed on them: what is typed beside one gets a line of its own.
 */
export function keptLines(): Extension {
  return [chips, protect, look]
}

class Chip extends WidgetType {
  readonly name: string

  constructor(name: string) {
    super()
    this.name = name
  }

  override eq(other: Chip): boolean {
    return other.name === this.name
  }

  override toDOM(): HTMLElement {
    const chip = document.createElement('span')
    chip.className = 'cm-kept'
    chip.textContent = `Kept as it is: ${this.name}`
    chip.title =
      'Markdown has no words for this part of the page. It stays untouched; you can move or delete its whole line.'
    return chip
  }

  /** A click on it puts the cursor there, as a click on text does. */
  override ignoreEvent(): boolean {
    return false
  }
}

const chips = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet

    constructor(view: EditorView) {
      this.decorations = chipsIn(view)
    }

    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.decorations = chipsIn(update.view)
    }
  },
  {
    decorations: (plugin) => plugin.decorations,
    provide: (plugin) => EditorView.atomicRanges.of((view) => view.plugin(plugin)?.decorations ?? Decoration.none),
  },
)

function chipsIn(view: EditorView): DecorationSet {
  const found = []
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to;) {
      const line = view.state.doc.lineAt(at)
      const name = keptBy(line.text)
      if (name !== undefined) found.push(Decoration.replace({ widget: new Chip(name) }).range(line.from, line.to))
      at = line.to + 1
    }
  }
  return Decoration.set(found, true)
}

const protect = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged) return transaction
  const { doc } = transaction.startState
  const beside: TransactionSpec[] = []
  let breaks = false
  transaction.changes.iterChanges((from, to, newFrom, newTo, inserted) => {
    const text = inserted.toString()
    const edge = from === to && text.trim() !== '' ? edgeOf(doc, from) : undefined
    if (edge !== undefined) beside.push(apart(from, text, edge))
    else if (cutsInto(doc, from, to) || hasBroken(transaction.newDoc, newFrom, newTo)) breaks = true
  })
  if (breaks) return []
  return beside.length === 0 ? transaction : beside
})

/** Whether a place is right before or right behind a kept line. */
function edgeOf(doc: Text, place: number): 'before' | 'behind' | undefined {
  const line = doc.lineAt(place)
  if (keptBy(line.text) === undefined) return undefined
  if (place === line.to) return 'behind'
  return place === line.from ? 'before' : undefined
}

/** Whether a change begins or ends inside a kept line. */
function cutsInto(doc: Text, from: number, to: number): boolean {
  return [from, to].some((place) => {
    const line = doc.lineAt(place)
    return keptBy(line.text) !== undefined && place > line.from && place < line.to
  })
}

/** What is typed beside a kept line, on a line of its own, with the cursor behind it. */
function apart(from: number, text: string, edge: 'before' | 'behind'): TransactionSpec {
  const own = edge === 'behind' ? `\n\n${text.replace(/^\n+/, '')}` : text.replace(/\n+$/, '')
  return {
    changes: { from, insert: edge === 'behind' ? own : `${own}\n\n` },
    selection: { anchor: from + own.length },
  }
}

/** Whether a line between two places holds a kept line's mark together with other text. */
function hasBroken(text: Text, from: number, to: number): boolean {
  for (let at = from; at <= to;) {
    const line = text.lineAt(at)
    if (/<!--\s*keep\s+\d+/.test(line.text) && keptBy(line.text) === undefined) return true
    at = line.to + 1
  }
  return false
}

const look = EditorView.baseTheme({
  '.cm-kept': {
    display: 'inline-block',
    padding: '0 10px',
    fontFamily: 'var(--mantine-font-family)',
    fontSize: '0.85em',
    color: 'var(--mantine-color-dimmed)',
    border: '1px dashed light-dark(#92a4b1, #43576a)',
    borderRadius: 'var(--mantine-radius-md)',
    background: 'light-dark(#edf2f5, #182c3c)',
    cursor: 'default',
  },
})

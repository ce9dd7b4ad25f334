import { parseMarkdown } from './markdown-tree.ts'
import { keepNumber } from './view.ts'

/** A block of edited Markdown as its author wrote it. */
export type Unit = {
  text: string
  type: string
  /** The number of a kept line. */
  keep: number | undefined
  /** Which piece it is, when it only stands elsewhere than before. */
  moved: number | undefined
}

/** The blocks of a stretch of Markdown. */
export function unitsOf(atoms: readonly string[]): Unit[] {
  const units: Unit[] = []
  let run: string[] = []
  const flush = () => {
    if (run.length > 0) units.push(...blocksOf(run.join('\n\n')))
    run = []
  }
  for (const atom of atoms) {
    const keep = keepNumber(atom)
    if (keep === undefined) run.push(atom)
    else {
      flush()
      units.push({ text: atom, type: 'keep', keep, moved: undefined })
    }
  }
  flush()
  return units
}

function blocksOf(markdown: string): Unit[] {
  const units: Unit[] = []
  for (const { type, position } of parseMarkdown(markdown).children) {
    const start = (position?.start.offset ?? 0) - ((position?.start.column ?? 1) - 1)
    const text = markdown.slice(start, position?.end.offset).replace(/\n+$/, '')
    units.push({ text, type, keep: undefined, moved: undefined })
  }
  return units
}

import { MAX_PARSED, parseMarkdown } from './markdown-tree.ts'
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
    const text = run.join('\n\n')
    if (text.length > 5 * MAX_PARSED) units.push(...run.map((atom) => unitOf(atom, 'long')))
    else if (run.length > 0) units.push(...blocksOf(text))
    run = []
  }
  for (const atom of atoms) {
    const keep = keepNumber(atom)
    if (keep === undefined && atom.length <= MAX_PARSED) run.push(atom)
    else {
      flush()
      units.push({ ...unitOf(atom, keep === undefined ? 'long' : 'keep'), keep })
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
    units.push(unitOf(text, type))
  }
  return units
}

function unitOf(text: string, type: string): Unit {
  return { text, type, keep: undefined, moved: undefined }
}

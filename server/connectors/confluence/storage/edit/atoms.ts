import { keepNumber } from './view.ts'

/**
 * Markdown cut where lines are empty, code fences and kept lines whole: what an edit and its original are compared by.
 * Joined by empty lines, the atoms read as the text does.
 */
export function atomsOf(markdown: string): string[] {
  const atoms: string[] = []
  let lines: string[] = []
  let fence = ''
  const flush = () => {
    if (lines.length > 0) atoms.push(lines.join('\n'))
    lines = []
  }
  for (const line of markdown.split('\n')) {
    if (fence !== '') {
      lines.push(line)
      if (closes(line, fence)) {
        fence = ''
        flush()
      }
      continue
    }
    const opened = /^(`{3,})[^`]*$|^(~{3,})/.exec(line)
    if (opened || keepNumber(line) !== undefined) flush()
    if (opened) fence = opened[1] ?? opened[2] ?? ''
    if (line.trim() === '') flush()
    else lines.push(line)
    if (keepNumber(line) !== undefined) flush()
  }
  flush()
  return atoms
}

/** The line that opens a code fence which nothing closes; undefined where all are closed. */
export function openFence(markdown: string): string | undefined {
  const last = atomsOf(markdown).at(-1) ?? ''
  const [first = '', ...rest] = last.split('\n')
  const opened = /^(`{3,})[^`]*$|^(~{3,})/.exec(first)
  const fence = opened?.[1] ?? opened?.[2] ?? ''
  return fence === '' || (rest.length > 0 && closes(rest.at(-1) ?? '', fence)) ? undefined : first
}

/** What an atom is compared by: a kept line by its number alone. */
export function atomKey(atom: string): string {
  const number = keepNumber(atom)
  return number === undefined ? atom : `keep ${number}`
}

function closes(line: string, fence: string): boolean {
  const found = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1]
  return found !== undefined && found[0] === fence[0] && found.length >= fence.length
}

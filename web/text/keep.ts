/** A line of an edit view that stands for what Markdown cannot carry: `<!-- keep 3: macro jira -->`. */
const KEEP = /^<!--\s*keep\s+(\d+)\s*:?\s*(.*?)\s*-->$/

/** What a locked line stands for, such as "macro jira"; undefined for every other line. */
export function keptBy(line: string): string | undefined {
  const found = KEEP.exec(line.trim())
  if (found === null) return undefined
  return found[2] === undefined || found[2] === '' ? 'a part of the page' : found[2]
}

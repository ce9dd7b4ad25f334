/** Marks that open within one another, deeper than this, make a parser's time grow with the square of the text and worse. */
const MOST_OPEN = 100

/** And so do more of them than this in one paragraph. */
const MOST_RUNS = 2_000

/**
 * Markdown that a parser reads in reasonable time: where quotes, lists, emphasis or brackets nest deeper than any author writes,
 * their characters are text. Everything else is as it was.
 */
export function tame(markdown: string): string {
  if (markdown.length < 2 * MOST_OPEN) return markdown
  return markdown
    .split(/(\n[ \t]*\n)/)
    .map((part) => (part.length < 2 * MOST_OPEN ? part : tamePart(part)))
    .join('')
}

function tamePart(part: string): string {
  const flat = part.replace(/^(?:[ \t]{0,4}(?:[>*+-]|\d{1,9}[.)])[ \t]?){50,}/gm, (markers) =>
    markers.replace(/\S/g, '\\$&'),
  )
  // Rows of a table and items of a list are read each by itself.
  return flat
    .split(/(?<=\n)(?=[ \t]*(?:\||[-+*][ \t]|\d{1,9}[.)][ \t]))/)
    .map((line) => (isDeep(line) ? line.replace(/(?<!\\)[*_~[\]]/g, '\\$&') : line))
    .join('')
}

/** Too many marks, or more that may open emphasis or brackets than were closed before. */
function isDeep(text: string): boolean {
  let open = 0
  let runs = 0
  for (const { 0: run, index } of text.matchAll(/\*+|_+|~+|[[\]]/g)) {
    const opens = run !== ']' && !/\s/.test(text.charAt(index + run.length) || ' ')
    const closes = run !== '[' && !/\s/.test(text.charAt(index - 1) || ' ')
    if (closes && open > 0) open--
    else if (opens) open++
    if (open > MOST_OPEN || ++runs > MOST_RUNS) return true
  }
  return false
}

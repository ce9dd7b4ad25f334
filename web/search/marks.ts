type Piece = { text: string; isMarked: boolean; start: number }

const entities: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&apos;': "'",
  '&amp;': '&',
}

/** The API's excerpt as plain pieces: escaped text whose only markup is `<mark>`. Nothing of it is ever read as HTML. */
export function splitMarks(html: string): Piece[] {
  let isMarked = false
  let start = 0
  const pieces: Piece[] = []
  for (const part of html.split(/(<\/?mark>)/)) {
    if (part === '<mark>' || part === '</mark>') isMarked = part === '<mark>'
    else if (part !== '') pieces.push({ text: unescapeText(part), isMarked, start })
    start += part.length
  }
  return pieces
}

function unescapeText(text: string): string {
  return text.replaceAll(/&(?:lt|gt|quot|#39|#x27|apos|amp);/g, (entity) => entities[entity] ?? entity)
}

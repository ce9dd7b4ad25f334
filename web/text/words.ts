export type Word = { kind: 'same' | 'added' | 'removed'; text: string }

/** More words than this on both sides together are not compared one by one: the table grows with their product. */
const MOST_CELLS = 1_000_000

/** Two texts word by word: what stays, what went, what came. Joined without `removed` it is `after`, without `added` `before`. */
export function compareWords(before: string, after: string): Word[] {
  const a = split(before)
  const b = split(after)
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1
  return joined([
    { kind: 'same', text: a.slice(0, start).join('') },
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    { kind: 'same', text: a.slice(a.length - end).join('') },
  ])
}

function middle(a: readonly string[], b: readonly string[]): Word[] {
  if ((a.length + 1) * (b.length + 1) > MOST_CELLS) {
    return [
      { kind: 'removed', text: a.join('') },
      { kind: 'added', text: b.join('') },
    ]
  }
  const width = b.length + 1
  const common = commonLengths(a, b)
  const words: Word[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      words.push({ kind: 'same', text: a[i] ?? '' })
      i += 1
      j += 1
    } else if (j === b.length || (i < a.length && at(common, (i + 1) * width + j) >= at(common, i * width + j + 1))) {
      words.push({ kind: 'removed', text: a[i] ?? '' })
      i += 1
    } else {
      words.push({ kind: 'added', text: b[j] ?? '' })
      j += 1
    }
  }
  return words
}

/** At `i * (b.length + 1) + j`: how many words `a` from i and `b` from j have in common, in order. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1
  const table = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i * width + j] =
        a[i] === b[j]
          ? at(table, (i + 1) * width + j + 1) + 1
          : Math.max(at(table, (i + 1) * width + j), at(table, i * width + j + 1))
    }
  }
  return table
}

function at(table: Uint32Array, index: number): number {
  return table[index] ?? 0
}

function split(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? []
}

/** Neighbours of one kind as one; what went stands before what came. */
function joined(words: readonly Word[]): Word[] {
  const out: Word[] = []
  let removed = ''
  let added = ''
  const flush = () => {
    if (removed !== '') out.push({ kind: 'removed', text: removed })
    if (added !== '') out.push({ kind: 'added', text: added })
    removed = ''
    added = ''
  }
  for (const { kind, text } of words) {
    if (text === '') continue
    if (kind === 'removed') removed += text
    else if (kind === 'added') added += text
    else if (isGap(text) && (removed !== '' || added !== '')) {
      removed += text
      added += text
    } else {
      flush()
      const last = out.at(-1)
      if (last?.kind === 'same') last.text += text
      else out.push({ kind: 'same', text })
    }
  }
  flush()
  return out
}

/** A space between two changed words belongs to the change: else a new sentence reads as a chequerboard. */
function isGap(text: string): boolean {
  return /^[ \t]+$/.test(text)
}

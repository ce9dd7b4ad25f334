/**
 * Text to terms, and terms to what they are indexed under. One table a language serves the process: the dictionaries are
 * built into PostgreSQL and the same in every database.
 */
import { LONGEST_JOINED, toChunks, toWords } from './fold.ts'
import type { Language } from './language.ts'
import { findTerm, findText, openTermTable, STOP_WORD, UNLEARNED, WORD_UNITS, type TermTable } from './term-table.ts'
import { GAP, kindOf, REFOLD } from './units.ts'

/** The terms of a text, in order. */
export type Terms = { readonly table: TermTable; readonly numbers: readonly number[] }

/** About 11 MB when full; at 2^17 the arrays would double. */
const MOST_TERMS = 130_000
const known = new Map<Language, TermTable>()
/** What `toTerms` is finding. Nothing of it outlives the call, which awaits nothing, so one serves all. */
const found: number[] = []
const MOST_FOUND_KEPT = 65_536

const LINE_FEED = 0x0a

/** The chunks of a text (`toChunks`) as terms. Texts of a language cut without an `await` between have their terms of one table. */
export function toTerms(text: string, language: Language = 'english'): Terms {
  const table = tableOf(language)
  const count = cut(table, text)
  const numbers = found.slice(0, count)
  if (found.length > MOST_FOUND_KEPT) found.length = 0
  return { table, numbers }
}

function tableOf(language: Language): TermTable {
  const table = known.get(language) ?? openTermTable(language)
  known.set(language, table)
  return table
}

function cut(table: TermTable, text: string): number {
  const { word, multiplier } = table
  let count = 0
  let lineStart = 0
  let countBefore = 0
  for (let at = 0; at < text.length;) {
    let kind = kindAt(text, at)
    let length = 0
    let hash = 0
    while (kind > 0) {
      // Past its end `word` begins again: so long a chunk is cut otherwise.
      word[length++ & (WORD_UNITS - 1)] = kind
      hash = (Math.imul(hash, multiplier) + kind) | 0
      kind = kindAt(text, ++at)
      if (kind > 0) continue // for speed: most units are letters
      if (kind < REFOLD && kindAt(text, at + 1) > 0) {
        word[length++ & (WORD_UNITS - 1)] = -kind
        hash = (Math.imul(hash, multiplier) - kind) | 0
        kind = kindAt(text, ++at)
      }
    }
    if (kind === REFOLD || length > LONGEST_JOINED) {
      const lineEnd = text.indexOf('\n', at)
      at = lineEnd < 0 ? text.length : lineEnd
      count = countBefore
      for (const chunk of toChunks(text.slice(lineStart, at))) found[count++] = findText(table, chunk)
    } else if (length > 0) found[count++] = findTerm(table, hash, length)
    else if (text.charCodeAt(at++) === LINE_FEED) {
      lineStart = at
      countBefore = count
    }
  }
  return count
}

function kindAt(text: string, at: number): number {
  return at < text.length ? kindOf(text.charCodeAt(at)) : GAP
}

/** Learns the terms of texts. `stem` is asked for all unknown words of a language at once; it gives null for a stop word. Not asked when none is unknown. */
export async function learnTerms(
  texts: Iterable<Terms>,
  stem: (words: string[], language: Language) => Promise<readonly (string | null)[]>,
): Promise<void> {
  for (const [table, terms] of unlearnedOf(texts)) await learnTable(table, terms, stem)
}

async function learnTable(
  table: TermTable,
  unlearned: ReadonlySet<number>,
  stem: (words: string[], language: Language) => Promise<readonly (string | null)[]>,
): Promise<void> {
  const asked = Array.from(unlearned, (term) => ({ term, words: toWords(table.texts[term] ?? '') }))
  const words = [...new Set(asked.flatMap((one) => one.words))]
  const stems = await stem(words, table.language)
  const stemOf = new Map(words.map((word, index) => [word, stems[index] ?? null]))
  for (const { term, words } of asked) {
    const lexemes = words.map((word) => {
      const lexeme = stemOf.get(word) ?? null
      return lexeme === null ? STOP_WORD : findText(table, lexeme)
    })
    const [first] = lexemes
    table.meanings[term] = lexemes.length === 1 && first !== undefined ? first : -table.several.push(lexemes)
  }
  // Terms in use keep their table; only the look-up starts anew.
  if (table.end > MOST_TERMS && known.get(table.language) === table)
    known.set(table.language, openTermTable(table.language))
}

function unlearnedOf(texts: Iterable<Terms>): Map<TermTable, Set<number>> {
  const unlearned = new Map<TermTable, Set<number>>()
  for (const { table, numbers } of texts)
    for (const term of numbers)
      if (table.meanings[term] === UNLEARNED) {
        const terms = unlearned.get(table) ?? new Set()
        unlearned.set(table, terms.add(term))
      }
  return unlearned
}

/** Terms as strings: the chunk, and the lexemes it is found under, null for a stop word; none of what is not learned. */
export function readTerms({ table, numbers }: Terms): { chunk: string; lexemes: (string | null)[] }[] {
  const lexemeOf = (number: number) => (number === STOP_WORD ? null : (table.texts[number] ?? null))
  return numbers.map((term) => {
    const meaning = table.meanings[term] ?? UNLEARNED
    const lexemes = meaning < 0 ? (table.several[-meaning - 1] ?? []) : meaning === UNLEARNED ? [] : [meaning]
    return { chunk: table.texts[term] ?? '', lexemes: lexemes.map(lexemeOf) }
  })
}

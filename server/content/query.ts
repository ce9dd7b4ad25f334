/** What a person types, understood: words, "phrases", -without, and `or` between alternatives. No text is refused. */
import { storable, toWords } from './fold.ts'
import { readTerms, toTerms, type Terms } from './terms.ts'

type Term = ReturnType<typeof readTerms>[number]
type Clause = { without: boolean; isPhrase: boolean; terms: Terms }
/** Alternatives of clauses that must all hold. */
export type ParsedQuery = { text: string; alternatives: Clause[][] }

/** tsquery texts. */
export type WordQuery = {
  /** What must be there. */
  wanted: string
  /** That, without what must not. */
  full: string
}

export type CompiledQuery = {
  /** Undefined when only stop words were asked for. */
  words: WordQuery | undefined
  /** Lexemes to mark in an excerpt. */
  marks: ReadonlySet<string>
}

const TOKEN = /(-?)"([^"]*)"?|(\S+)/g
const MOST_CLAUSES = 24
/** A part with three letters is rare enough to be looked for by position; `2.4.1` is found joined only. */
const TELLING = /\p{L}{3}/u
const UNSPACED_CHARACTER =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u

export function parseQuery(q: string): ParsedQuery {
  const text = storable(q)
  const alternatives: Clause[][] = [[]]
  for (const [, minus = '', phrase, word = ''] of Array.from(text.matchAll(TOKEN)).slice(0, MOST_CLAUSES)) {
    if (phrase === undefined && word.toLowerCase() === 'or') {
      alternatives.push([])
      continue
    }
    const without = phrase === undefined ? word.startsWith('-') : minus !== ''
    const terms = toTerms(phrase ?? word)
    if (terms.numbers.length > 0) alternatives.at(-1)?.push({ without, isPhrase: phrase !== undefined, terms })
  }
  return { text, alternatives: alternatives.filter((clauses) => clauses.length > 0) }
}

/** Makes the tsquery texts; the terms must have been learned. */
export function compileQuery({ alternatives }: ParsedQuery): CompiledQuery {
  const marks = new Set<string>()
  const compiled = alternatives.flatMap((clauses) => compileAlternative(clauses) ?? [])
  for (const { terms, without } of alternatives.flat())
    if (!without)
      for (const { lexemes } of readTerms(terms)) for (const lexeme of lexemes) if (lexeme) marks.add(lexeme)
  if (compiled.length === 0) return { words: undefined, marks }
  const either = (key: 'wanted' | 'full') => compiled.map((one) => `(${one[key]})`).join(' | ')
  return { words: { wanted: either('wanted'), full: either('full') }, marks }
}

function compileAlternative(clauses: Clause[]): WordQuery | undefined {
  const wanted = clauses.filter((clause) => !clause.without).flatMap((clause) => toTsquery(clause) ?? [])
  const unwanted = clauses.filter((clause) => clause.without).flatMap((clause) => toTsquery(clause) ?? [])
  if (wanted.length === 0) return undefined
  return { wanted: wanted.join(' & '), full: [...wanted, ...unwanted.map((one) => `!${one}`)].join(' & ') }
}

/** A lexeme as PostgreSQL reads it in a tsquery, whatever it holds. */
export function quoteLexeme(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

function toTsquery({ isPhrase, terms }: Clause): string | undefined {
  const words = readTerms(terms)
  if (isPhrase) return toPhrase(words.flatMap((term) => lexemesAsked(term)))
  const parts = words.flatMap((term) => toWordQuery(term) ?? [])
  return parts.length === 0 ? undefined : `(${parts.join(' & ')})`
}

/** A plain word is its lexeme; a compound is itself joined, or its parts in a row; an unspaced run its pairs in a row. */
function toWordQuery(term: Term): string | undefined {
  const lexemes = lexemesAsked(term)
  const words = toWords(term.chunk)
  const isCompound = /[^\p{L}\p{N}\p{M}]/u.test(term.chunk)
  if (!isCompound) return toPhrase(lexemes)
  const joined = lexemes.at(-1)
  const parts = toPhrase(lexemes.slice(0, -1))
  const isTelling = lexemes.length > 2 && words.slice(0, -1).some((word) => TELLING.test(word))
  if (joined === null || joined === undefined) return parts
  return parts !== undefined && isTelling ? `(${quoteAsked(joined)} | ${parts})` : quoteAsked(joined)
}

/** The last character of an unspaced run begins the next pair in a longer text: asked for only when it stands alone. */
function lexemesAsked({ lexemes }: Term): readonly (string | null)[] {
  const last = lexemes.at(-1)
  return lexemes.length > 1 && typeof last === 'string' && UNSPACED_CHARACTER.test(last)
    ? lexemes.slice(0, -1)
    : lexemes
}

/** `'a' <2> 'b'`: each stop word between widens the distance. Undefined when nothing but stop words is left. */
function toPhrase(lexemes: readonly (string | null)[]): string | undefined {
  let query = ''
  let distance = 1
  for (const lexeme of lexemes) {
    if (lexeme === null) distance += 1
    else {
      query = query === '' ? quoteAsked(lexeme) : `${query} <${distance}> ${quoteAsked(lexeme)}`
      distance = 1
    }
  }
  return query === '' ? undefined : `(${query})`
}

function quoteAsked(lexeme: string): string {
  return UNSPACED_CHARACTER.test(lexeme) ? `${quoteLexeme(lexeme)}:*` : quoteLexeme(lexeme)
}

/** What a person types, understood: words, "phrases", -without, and `or` between alternatives. No text is refused. */
import { storable, toWords } from './fold.ts'
import { synonymRun, synonymsOf } from './synonyms.ts'
import { readTerms, toTerms, type Terms } from './terms.ts'

type Term = ReturnType<typeof readTerms>[number]
type Token = { text: string; without: boolean; isPhrase: boolean }
/** `others`: phrases that mean the same. */
type Clause = { without: boolean; isPhrase: boolean; terms: Terms; others: readonly Terms[] }
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
  /** The parts of `wanted`, each a tsquery text, and what to add for what must not be there; none of a query with `or`. */
  parts: readonly string[]
  without: string
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
  const alternatives: Token[][] = [[]]
  for (const [, minus = '', phrase, word = ''] of Array.from(text.matchAll(TOKEN)).slice(0, MOST_CLAUSES)) {
    if (phrase === undefined && word.toLowerCase() === 'or') alternatives.push([])
    else if (phrase !== undefined) alternatives.at(-1)?.push({ text: phrase, without: minus !== '', isPhrase: true })
    else alternatives.at(-1)?.push({ text: word, without: word.startsWith('-'), isPhrase: false })
  }
  return { text, alternatives: alternatives.map(toClauses).filter((clauses) => clauses.length > 0) }
}

/** The terms of a query: to be learned before it is compiled. */
export function termsOf({ alternatives }: ParsedQuery): Terms[] {
  return alternatives.flat().flatMap(({ terms, others }) => [terms, ...others])
}

/** Each word or phrase is a clause; words in a row that have synonyms together are one. */
function toClauses(tokens: readonly Token[]): Clause[] {
  const clauses: Clause[] = []
  for (let at = 0; at < tokens.length;) {
    const { without = false, isPhrase = false } = tokens[at] ?? {}
    const end = tokens.findIndex((token, index) => index >= at && (token.without || token.isPhrase))
    const plain = tokens.slice(at, end < 0 ? tokens.length : end).map((token) => token.text)
    const run = synonymRun(plain)
    const text = run === 0 ? (tokens[at]?.text ?? '') : plain.slice(0, run).join(' ')
    const terms = toTerms(text)
    const others = run === 0 ? [] : synonymsOf(text).map(toTerms)
    if (terms.numbers.length > 0) clauses.push({ without, isPhrase, terms, others })
    at += Math.max(1, run)
  }
  return clauses
}

/** Makes the tsquery texts; the terms must have been learned. */
export function compileQuery({ alternatives }: ParsedQuery): CompiledQuery {
  const marks = new Set<string>()
  for (const { terms, others, without } of alternatives.flat())
    if (!without)
      for (const { lexemes } of [terms, ...others].flatMap(readTerms))
        for (const lexeme of lexemes) if (lexeme) marks.add(lexeme)
  const compiled = alternatives.flatMap((clauses) => compileAlternative(clauses) ?? [])
  if (compiled.length === 0) return { words: undefined, parts: [], without: '', marks }
  const either = (key: 'wanted' | 'full') => compiled.map((one) => `(${one[key]})`).join(' | ')
  const [only] = compiled.length === 1 ? compiled : []
  return {
    words: { wanted: either('wanted'), full: either('full') },
    parts: only?.parts ?? [],
    without: only?.without ?? '',
    marks,
  }
}

type CompiledAlternative = WordQuery & { parts: string[]; without: string }

function compileAlternative(clauses: Clause[]): CompiledAlternative | undefined {
  const parts = clauses.filter((clause) => !clause.without).flatMap((clause) => toTsquery(clause) ?? [])
  const unwanted = clauses.filter((clause) => clause.without).flatMap((clause) => toTsquery(clause) ?? [])
  if (parts.length === 0) return undefined
  const without = unwanted.map((one) => ` & !${one}`).join('')
  const wanted = parts.join(' & ')
  return { wanted, full: wanted + without, parts, without }
}

/** A lexeme as PostgreSQL reads it in a tsquery, whatever it holds. */
export function quoteLexeme(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

function toTsquery({ isPhrase, terms, others }: Clause): string | undefined {
  const own = toOwnQuery(isPhrase, terms)
  if (own === undefined || others.length === 0) return own
  const phrases = others.flatMap((other) => toPhrase(readTerms(other).flatMap((term) => lexemesAsked(term))) ?? [])
  return `(${[own, ...new Set(phrases)].join(' | ')})`
}

function toOwnQuery(isPhrase: boolean, terms: Terms): string | undefined {
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

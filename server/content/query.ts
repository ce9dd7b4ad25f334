/** What a person types, understood: words, "phrases", -without, and `or` between alternatives. No text is refused. */
import { languageLexeme } from './filters.ts'
import { storable, toChunks, toWords } from './fold.ts'
import type { Language } from './language.ts'
import { synonymRun, synonymsOf } from './synonyms.ts'
import { readTerms, toTerms, type Terms } from './terms.ts'

type Term = ReturnType<typeof readTerms>[number]
type Token = { text: string; without: boolean; isPhrase: boolean }
/** `others`: phrases that mean the same. */
type Clause = { without: boolean; isPhrase: boolean; text: string; others: readonly string[] }
/** Alternatives of clauses that must all hold. */
export type ParsedQuery = { text: string; alternatives: Clause[][] }
/** A query in the words of one language. */
type Wording = { language: Language; alternatives: Worded[][] }
type Worded = { without: boolean; isPhrase: boolean; terms: Terms; others: readonly Terms[] }
export type WordedQuery = Wording[]

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

/** The query in English and in the languages given. Its terms (`termsOf`) are to be learned before it is compiled. */
export function wordQuery({ alternatives }: ParsedQuery, languages: readonly Language[]): WordedQuery {
  return (['english', ...languages] as const).map((language) => ({
    language,
    alternatives: alternatives.map((clauses) =>
      clauses.map(({ text, others, ...kind }) => ({
        ...kind,
        terms: toTerms(text, language),
        others: language === 'english' ? others.map((other) => toTerms(other)) : [],
      })),
    ),
  }))
}

export function termsOf(worded: WordedQuery): Terms[] {
  return worded.flatMap((wording) => wording.alternatives.flat().flatMap(({ terms, others }) => [terms, ...others]))
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
    const others = run === 0 ? [] : synonymsOf(text)
    if (toChunks(text).length > 0) clauses.push({ without, isPhrase, text, others })
    at += Math.max(1, run)
  }
  return clauses
}

/** Makes the tsquery texts; the terms must have been learned. In another language than English only its documents are asked. */
export function compileQuery(worded: WordedQuery): CompiledQuery {
  const compiled = worded.flatMap(({ language, alternatives }) =>
    alternatives.flatMap((clauses, at) => compileAlternative(language, clauses, at) ?? []),
  )
  const marks = marksOf(worded)
  if (compiled.length === 0) return { words: undefined, parts: [], without: '', marks }
  const either = (key: 'wanted' | 'full') => compiled.map((one) => `(${one[key]})`).join(' | ')
  const isOne = compiled.every((one) => one.at === compiled[0]?.at)
  return {
    words: { wanted: either('wanted'), full: either('full') },
    parts: isOne ? toParts(worded) : [],
    without: isOne ? [...new Set(compiled.map((one) => one.without))].join('') : '',
    marks,
  }
}

function marksOf(worded: WordedQuery): Set<string> {
  const wanted = worded.flatMap(({ alternatives }) => alternatives.flat()).filter((clause) => !clause.without)
  const terms = wanted.flatMap((clause) => [clause.terms, ...clause.others].flatMap(readTerms))
  return new Set(terms.flatMap(({ lexemes }) => lexemes.flatMap((lexeme) => lexeme || [])))
}

/** What is asked for, clause by clause in whatever language: without stop words of English. */
function toParts([first, ...rest]: WordedQuery): string[] {
  const clauses = first?.alternatives.flat() ?? []
  return clauses.flatMap((clause, at) => {
    const own = clause.without ? undefined : toTsquery(clause)
    if (own === undefined) return []
    const others = rest.flatMap(({ alternatives }) => {
      const other = alternatives.flat()[at]
      return (other && toTsquery(other)) ?? []
    })
    return `(${[...new Set([own, ...others])].join(' | ')})`
  })
}

type CompiledAlternative = WordQuery & { at: number; without: string }

function compileAlternative(language: Language, clauses: Worded[], at: number): CompiledAlternative | undefined {
  const parts = clauses.filter((clause) => !clause.without).flatMap((clause) => toTsquery(clause) ?? [])
  const unwanted = clauses.filter((clause) => clause.without).flatMap((clause) => toTsquery(clause) ?? [])
  if (parts.length === 0) return undefined
  const without = unwanted.map((one) => ` & !${one}`).join('')
  const only = language === 'english' ? '' : ` & ${quoteLexeme(languageLexeme(language))}`
  const wanted = parts.join(' & ') + only
  return { at, wanted, full: wanted + without, without }
}

/** A lexeme as PostgreSQL reads it in a tsquery, whatever it holds. */
export function quoteLexeme(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

function toTsquery({ isPhrase, terms, others }: Worded): string | undefined {
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

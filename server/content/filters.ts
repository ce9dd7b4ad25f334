/**
 * Filters that the search index answers by itself: each is a lexeme without a position; the colon keeps it apart from
 * every word. A filter checked row by row instead took 560 ms for a common word over 100,000 documents.
 */
import type { DocumentType } from '#schema/document.ts'
import type { Readable } from '#server/access/reader.ts'
import type { Language } from './language.ts'

/** What narrows a search besides its words. */
export type Narrowing = {
  /** The spaces looked in: what the reader may see, or those of them that he asked for. */
  spaces: 'all' | string[]
  /** Whom locks may keep out; undefined: nobody asks whom they could. */
  reader?: Readable | undefined
  label: string | undefined
  type: DocumentType | undefined
  updatedAfter: Date | undefined
}

/** More spaces than this are compared row by row: the index would be asked for each. */
export const MOST_SPACE_LEXEMES = 64
/** Confluence is younger; a filter from before excludes next to nothing. */
const FIRST_YEAR = 2000

type Filtered = {
  id: string
  spaceId: string
  type: DocumentType
  labels: string[]
  versionAt: Date | null
  /** English is not told: most are. */
  language?: Language
}

/** The lexemes of a document. */
export function filterLexemes({ id, spaceId, type, labels, versionAt, language = 'english' }: Filtered): string[] {
  const date = versionAt?.toISOString() ?? ''
  const times = date === '' ? [] : [`year:${date.slice(0, 4)}`, `month:${date.slice(0, 7)}`, `day:${date.slice(0, 10)}`]
  // The end of an id is random (RFC 9562): each letter of it divides all documents into sixteen even samples.
  const samples = [`sample:${id.slice(-1)}`, `sample:${id.slice(-2)}`]
  const languages = language === 'english' ? [] : [languageLexeme(language)]
  return [`space:${spaceId}`, `type:${type}`, ...labels.map(labelLexeme), ...times, ...samples, ...languages]
}

export function languageLexeme(language: Language): string {
  return `lang:${language}`
}

/** One document in sixteen, or one in 256. */
export const SAMPLES = [
  { lexeme: 'sample:0', share: 1 / 16 },
  { lexeme: 'sample:00', share: 1 / 256 },
] as const

/** Alternatives of lexemes, one of each of which a document must have. Times are narrowed to the day: the row tells the rest. */
export function wantedLexemes(narrowing: Narrowing, now = new Date()): string[][] {
  const { spaces, label, type, updatedAfter } = narrowing
  const wanted: string[][] = []
  if (type !== undefined) wanted.push([`type:${type}`])
  if (label !== undefined) wanted.push([labelLexeme(label)])
  const readable = readableLexemes(narrowing)
  if (readable !== undefined) wanted.push(readable)
  // Where it is one space, or readers are told otherwise: else the line before says it.
  if (spaces !== 'all' && spaces.length <= MOST_SPACE_LEXEMES && (readable === undefined || spaces.length === 1))
    wanted.push(spaces.map((id) => `space:${id}`))
  if (updatedAfter !== undefined && updatedAfter.getUTCFullYear() >= FIRST_YEAR)
    wanted.push(timesFrom(updatedAfter, now))
  return wanted
}

/** What a document may not have: where locks keep out less than they let in, and these are few. */
export function unwantedLexemes(narrowing: Narrowing): string[] {
  const { reader } = narrowing
  if (reader === undefined || readableLexemes(narrowing) !== undefined) return []
  return reader.shut.length > MOST_SPACE_LEXEMES ? [] : ['access:0', ...reader.shut.map((set) => `access:${set}`)]
}

/** Either list says enough to the index; the shorter one costs it less. The row is looked at in any case. */
function readableLexemes({ reader, spaces }: Narrowing): string[] | undefined {
  if (reader === undefined || !hasLocks({ reader, spaces })) return undefined
  const open = reader.spaces.length + reader.open.length
  if (open > MOST_SPACE_LEXEMES || open > reader.shut.length + MOST_SPACE_LEXEMES / 4) return undefined
  return [...reader.spaces.map((id) => `space:${id}`), ...reader.open.map((set) => `access:${set}`)]
}

/** Whether some of these spaces have documents that their members may not all read. */
export function hasLocks({ reader, spaces }: Pick<Narrowing, 'reader' | 'spaces'>): boolean {
  if (reader === undefined) return false
  const plain = new Set(reader.spaces)
  return reader.open.length + reader.shut.length > 0 || (spaces !== 'all' && spaces.some((id) => !plain.has(id)))
}

/**
 * The rest of its month by days, the rest of its year by months, then years to the next one: no document is from later, and
 * each lexeme that stands nowhere costs the index a look and makes the planner expect more.
 */
function timesFrom(date: Date, now: Date): string[] {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
  const two = (value: number) => String(value).padStart(2, '0')
  const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at)
  return [
    ...range(day, 31).map((one) => `day:${year}-${two(month)}-${two(one)}`),
    ...range(month + 1, 12).map((one) => `month:${year}-${two(one)}`),
    ...range(year + 1, now.getUTCFullYear() + 1).map((one) => `year:${one}`),
  ]
}

function labelLexeme(label: string): string {
  return `label:${label.toLowerCase()}`
}

/** The piece of a text that shows why it was found: escaped, the words that match in `<mark>`. */
import { fold, toWords } from './fold.ts'
import { detectLanguage } from './language.ts'
import { learnLexemes } from './lexemes.ts'
import { readTerms, toTerms, type Terms } from './terms.ts'
import type { Db, Tx } from '#server/db/open.ts'

const CHUNK = /[\p{L}\p{N}\p{M}]+(?:[-._/:@+\\\u2010\u2011][\p{L}\p{N}\p{M}]+)*/gu
const LENGTH = 240
/** Enough to find the best place; a longer text shows its beginning's. */
const SEARCHED_CHARACTERS = 60_000
const MOST_PLACES = 400

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

type Place = { start: number; end: number; chunk: string; terms: Terms }
type Mark = { start: number; end: number; lexeme: string }

/** One excerpt for each text, in order. One statement at most, for words not met before. */
export async function makeExcerpts(db: Db | Tx, texts: string[], marks: ReadonlySet<string>): Promise<string[]> {
  const found = texts.map((text) => findPlaces(text.slice(0, SEARCHED_CHARACTERS), marks))
  await learnLexemes(
    db,
    found.flat().map((place) => place.terms),
  )
  return texts.map((text, index) => {
    const marked = (found[index] ?? []).flatMap((place) => toMarks(place, marks))
    return render(text, marked)
  })
}

/** Words that may match: a stem and its word begin alike. */
function findPlaces(text: string, marks: ReadonlySet<string>): Place[] {
  const language = detectLanguage(text)
  const beginnings = [...marks].map((lexeme) => lexeme.slice(0, Math.max(1, lexeme.length - 2)))
  const firsts = new Set(beginnings.map((beginning) => beginning.slice(0, 1)))
  const places: Place[] = []
  for (const match of text.matchAll(CHUNK)) {
    const chunk = fold(match[0])
    if (!mayMatch(chunk, beginnings, firsts)) continue
    places.push({ start: match.index, end: match.index + match[0].length, chunk, terms: toTerms(chunk, language) })
    if (places.length >= MOST_PLACES) break
  }
  return places
}

function mayMatch(chunk: string, beginnings: string[], firsts: ReadonlySet<string>): boolean {
  if (/^[a-z0-9]+$/.test(chunk))
    return firsts.has(chunk.slice(0, 1)) && beginnings.some((beginning) => chunk.startsWith(beginning))
  return toWords(chunk).some((word) => beginnings.some((beginning) => word.startsWith(beginning)))
}

/** The whole chunk is marked; in a run without spaces only the pairs that match. */
function toMarks(place: Place, marks: ReadonlySet<string>): Mark[] {
  const [term] = readTerms(place.terms)
  const hits = (term?.lexemes ?? []).filter((lexeme) => lexeme !== null && marks.has(lexeme))
  const inRun = hits.flatMap((lexeme) => {
    const at = lexeme === null || place.chunk.length <= lexeme.length ? -1 : place.chunk.indexOf(lexeme)
    const isRun = lexeme !== null && /[^\0-\x7f]/.test(lexeme) && place.end - place.start === place.chunk.length
    return isRun && at >= 0 ? [{ start: place.start + at, end: place.start + at + lexeme.length, lexeme }] : []
  })
  if (inRun.length > 0) return inRun.sort((a, b) => a.start - b.start)
  const [first] = hits
  return typeof first === 'string' ? [{ start: place.start, end: place.end, lexeme: first }] : []
}

function render(text: string, marks: Mark[]): string {
  const window = pickWindow(text, marks)
  let html = window.start > 0 ? '…' : ''
  let at = window.start
  for (const mark of marks) {
    if (mark.end > window.end) break
    if (mark.end <= at) continue
    const start = Math.max(mark.start, at)
    if (mark.start >= window.start) {
      html += `${escapeHtml(text.slice(at, start))}<mark>${escapeHtml(text.slice(start, mark.end))}</mark>`
      at = mark.end
    }
  }
  html += escapeHtml(text.slice(at, window.end)) + (window.end < text.length ? '…' : '')
  return html.replace(/\s+/g, ' ').replaceAll('</mark><mark>', '').trim()
}

/** The window with the most different lexemes, the earliest of equals; it begins and ends between words where there are any. */
function pickWindow(text: string, marks: Mark[]): { start: number; end: number } {
  let best = { start: 0, different: 0 }
  for (const [index, mark] of marks.entries()) {
    const within = new Set<string>()
    for (let next = index; next < marks.length && (marks[next]?.end ?? 0) <= mark.start + LENGTH - 60; next++)
      within.add(marks[next]?.lexeme ?? '')
    if (within.size > best.different) best = { start: mark.start, different: within.size }
  }
  const start = best.start <= 60 ? 0 : boundary(text, best.start - 60, best.start)
  const end = Math.min(text.length, start + LENGTH)
  return { start, end: end === text.length ? end : boundary(text, end, end + 30) }
}

/** The first gap between words from `from` to `until`, else `from`, never inside a surrogate pair. */
function boundary(text: string, from: number, until: number): number {
  const gap = text.slice(from, until).search(/\s/)
  if (gap >= 0) return from + gap
  return /[\udc00-\udfff]/.test(text.charAt(from)) ? from + 1 : from
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** Documents for measurements, made from a seed: words as unevenly spread as in English, titles, headings, lists, labels. */
import type { IncomingDocument } from '#server/content/incoming.ts'

const STOP_WORDS = 'the of and to a in is it for that on with as be this by are or from at an not you can if'.split(' ')
const ONSETS = [
  'b',
  'br',
  'c',
  'ch',
  'd',
  'dr',
  'f',
  'g',
  'gr',
  'h',
  'l',
  'm',
  'n',
  'p',
  'pl',
  'r',
  's',
  'st',
  't',
  'tr',
  'v',
]
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'ou']
const ENDS = ['', 'n', 'r', 's', 't', 'l', 'm', 'nd', 'rt', 'ck']
const VOCABULARY_SIZE = 60_000
const WORDS_PER_SENTENCE = 14
const BODY_WORDS = 680

/** xorshift32: even numbers in [0, 1), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4_294_967_296
  }
}

/** The same words for every corpus, the most frequent first. */
export function makeVocabulary(): string[] {
  const random = seeded(7)
  const pick = (from: string[]) => from[Math.floor(random() * from.length)] ?? ''
  const words = new Set<string>()
  while (words.size < VOCABULARY_SIZE) {
    const syllables = 2 + Math.floor(random() * 3)
    let word = ''
    for (let at = 0; at < syllables; at++)
      word += pick(ONSETS) + pick(VOWELS) + (at === syllables - 1 ? pick(ENDS) : '')
    words.add(word)
  }
  return [...words]
}

/** Rank by Zipf's law with exponent 1, by inverting its integral. */
function zipf(random: () => number, size: number): number {
  return Math.min(size - 1, Math.floor(size ** random()) - 1)
}

function makeWord(random: () => number, vocabulary: string[]): string {
  if (random() < 0.4) return STOP_WORDS[zipf(random, STOP_WORDS.length)] ?? ''
  return vocabulary[zipf(random, vocabulary.length)] ?? ''
}

function makeSentence(random: () => number, vocabulary: string[]): string {
  const words = Array.from({ length: WORDS_PER_SENTENCE }, () => makeWord(random, vocabulary))
  if (random() < 0.08) words.push(`LK-${Math.floor(random() * 100_000)}`)
  if (random() < 0.03)
    words.push(`${Math.floor(random() * 9)}.${Math.floor(random() * 30)}.${Math.floor(random() * 30)}`)
  return `${words.join(' ')}.`
}

/** Document number `index`: about 7 KB of storage format; every hundredth or so is three times as long. */
export function makeDocument(index: number, vocabulary: string[]): IncomingDocument {
  const random = seeded(index)
  const title = makeTitle(random, vocabulary, index)
  const sections = Math.ceil((BODY_WORDS / WORDS_PER_SENTENCE / 8) * (random() < 0.01 ? 3 : 1))
  const headings: string[] = []
  const parts: { heading: string; sentences: string[] }[] = []
  for (let at = 0; at < sections; at++) {
    const heading = [0, 1, 2].map(() => vocabulary[zipf(random, vocabulary.length)]).join(' ')
    headings.push(heading)
    parts.push({ heading, sentences: Array.from({ length: 8 }, () => makeSentence(random, vocabulary)) })
  }
  return {
    externalId: String(100_000 + index),
    type: random() < 0.05 ? 'blogpost' : 'page',
    status: 'current',
    title,
    parentExternalId: index % 20 === 0 ? null : String(100_000 + index - (index % 20)),
    position: index,
    version: 1 + (index % 5),
    versionAt: new Date(Date.UTC(2024, 0, 1) + index * 60_000),
    versionAuthor: 'Author',
    versionMessage: '',
    author: 'Author',
    createdAt: new Date(Date.UTC(2023, 0, 1) + index * 60_000),
    url: `https://wiki.example.com/wiki/pages/${100_000 + index}`,
    labels: index % 3 === 0 ? [`label-${index % 50}`, 'handbook'] : [],
    storage: parts
      .map(
        ({ heading, sentences }) =>
          `<h2>${heading}</h2>${sentences.map((one) => `<p local-id="${index}">${one}</p>`).join('')}`,
      )
      .join('\n'),
    markdown: parts.map(({ heading, sentences }) => `## ${heading}\n\n${sentences.join('\n\n')}`).join('\n\n'),
    text: parts.map(({ heading, sentences }) => `${heading}\n${sentences.join('\n')}`).join('\n'),
    headings: headings.join('\n'),
  }
}

function makeTitle(random: () => number, vocabulary: string[], index: number): string {
  const words = Array.from(
    { length: 2 + Math.floor(random() * 5) },
    () => vocabulary[zipf(random, vocabulary.length)] ?? '',
  )
  return `${words.join(' ')} ${index}`
}

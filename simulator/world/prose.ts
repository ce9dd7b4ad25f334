import { pick, randomFrom, seededUuid, type Random } from './random.ts'
import { nounList, qualityList, verbList, vocabulary, worldlyList } from './vocabulary.ts'

/** Pieces of storage format, each already escaped for the inside of a JSON string: pages are joined from them by copying bytes. */
export type Prose = { paragraphs: readonly Buffer[]; headings: readonly Buffer[]; blocks: readonly Buffer[] }

const pieces = { paragraphs: 3000, headings: 500, blocks: 600 } as const

/** Writes the stock of prose of one seed; takes about 100 ms and 3 MB. */
export function writeProse(seed: number): Prose {
  const random = randomFrom(seed)
  const words = vocabulary()
  const speak = { random, words }
  const make = (count: number, write: () => string) =>
    Array.from({ length: count }, () => Buffer.from(escapePiece(write())))
  return {
    paragraphs: make(pieces.paragraphs, () => `<p>${sentences(speak, 3 + Math.floor(random() * 4))}</p>`),
    headings: make(pieces.headings, () => heading(speak)),
    blocks: make(pieces.blocks, () => pick(blocks, random())(speak)),
  }
}

/** A text as it stands between the quotes of a JSON string. */
export function escapePiece(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

type Speaker = { random: Random; words: readonly string[] }

// Rank ~ n^u draws ranks log-uniformly, which is Zipf's law with exponent 1.
function word({ random, words }: Speaker): string {
  if (random() < 0.002) return pick(worldlyList, random())
  return words[Math.floor(words.length ** random()) - 1] ?? 'the'
}

function sentence(speak: Speaker): string {
  const length = 8 + Math.floor(speak.random() * 12)
  const text = Array.from({ length }, () => decorate(speak, word(speak))).join(' ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function sentences(speak: Speaker, count: number): string {
  return Array.from({ length: count }, () => sentence(speak)).join(' ')
}

function decorate({ random }: Speaker, text: string): string {
  const roll = random()
  if (roll < 0.01) return `<strong>${text}</strong>`
  if (roll < 0.018) return `<em>${text}</em>`
  if (roll < 0.026) return `<code>${text}</code>`
  if (roll < 0.03)
    return `<a href="https://docs.example.com/${encodeURIComponent(text)}?view=full&amp;lang=en">${text}</a>`
  if (roll < 0.034) return `${text}&nbsp;&ndash;`
  return text
}

function heading(speak: Speaker): string {
  const level = speak.random() < 0.6 ? 2 : 3
  const text = `${pick(verbList, speak.random())} the ${pick(qualityList, speak.random())} ${pick(nounList, speak.random())}`
  return `<h${level}>${text.charAt(0).toUpperCase()}${text.slice(1)}</h${level}>`
}

function macro(speak: Speaker, name: string, inner: string): string {
  const id = seededUuid(Math.floor(speak.random() * 2 ** 32), 1)
  return `<ac:structured-macro ac:name="${name}" ac:schema-version="1" ac:macro-id="${id}">${inner}</ac:structured-macro>`
}

function parameter(name: string, value: string): string {
  return `<ac:parameter ac:name="${name}">${value}</ac:parameter>`
}

function richBody(inner: string): string {
  return `<ac:rich-text-body>${inner}</ac:rich-text-body>`
}

function items(speak: Speaker, tag: 'ul' | 'ol'): string {
  const rows = Array.from({ length: 3 + Math.floor(speak.random() * 5) }, () => `<li><p>${sentence(speak)}</p></li>`)
  return `<${tag}>${rows.join('')}</${tag}>`
}

function table(speak: Speaker): string {
  const columns = 2 + Math.floor(speak.random() * 3)
  const cells = (tag: 'th' | 'td') =>
    Array.from({ length: columns }, () => `<${tag}><p>${word(speak)} ${word(speak)}</p></${tag}>`).join('')
  const rows = Array.from({ length: 3 + Math.floor(speak.random() * 5) }, () => `<tr>${cells('td')}</tr>`)
  return `<table data-layout="default"><tbody><tr>${cells('th')}</tr>${rows.join('')}</tbody></table>`
}

function code(speak: Speaker): string {
  const line = () =>
    `${pick(verbList, speak.random())}_${pick(nounList, speak.random())} --limit ${Math.floor(speak.random() * 900)} "<${word(speak)}>" && exit`
  const lines = Array.from({ length: 3 + Math.floor(speak.random() * 8) }, line).join('\n')
  const language = pick(['bash', 'json', 'python', 'sql', 'yaml'], speak.random())
  return macro(
    speak,
    'code',
    `${parameter('language', language)}<ac:plain-text-body><![CDATA[${lines}]]></ac:plain-text-body>`,
  )
}

function panel(speak: Speaker): string {
  const name = pick(['info', 'note', 'warning', 'tip', 'panel'], speak.random())
  return macro(speak, name, richBody(`<p>${sentences(speak, 2)}</p>`))
}

function expand(speak: Speaker): string {
  return macro(
    speak,
    'expand',
    parameter('title', `${word(speak)} ${word(speak)}`) + richBody(`<p>${sentences(speak, 3)}</p>`),
  )
}

function status(speak: Speaker): string {
  const colour = pick(['Green', 'Red', 'Yellow', 'Blue', 'Purple', 'Grey'], speak.random())
  const badge = macro(speak, 'status', parameter('title', word(speak).toUpperCase()) + parameter('colour', colour))
  return `<p>${badge} ${sentence(speak)}</p>`
}

function tasks(speak: Speaker): string {
  const task = (_: unknown, at: number) =>
    `<ac:task><ac:task-id>${at + 1}</ac:task-id><ac:task-status>${speak.random() < 0.5 ? 'complete' : 'incomplete'}</ac:task-status><ac:task-body>${sentence(speak)}</ac:task-body></ac:task>`
  return `<ac:task-list>${Array.from({ length: 3 }, task).join('')}</ac:task-list>`
}

const blocks = [
  (speak: Speaker) => items(speak, 'ul'),
  (speak: Speaker) => items(speak, 'ol'),
  table,
  table,
  code,
  code,
  panel,
  expand,
  status,
  tasks,
]

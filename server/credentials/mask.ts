/**
 * Blanks a secret in texts that are kept or shown, such as the answer of a receiver: raw, in base64 (each alphabet, within a
 * longer text too), percent- and form-encoded, and escaped for JSON or HTML, also one within the other. What a receiver
 * makes of it otherwise (reversed, split, hashed) is not found.
 */

export const MASKED = '[secret]'

/** A shorter one would blank half of every text: it goes where it is the whole text, or in its header's value. */
const SHORTEST = 4
/** Texts are cut somewhere: so much of a secret's beginning at their end is blanked as well. */
const CUT = 6
/** Escapes within escapes. */
const DEPTH = 2

/** What is looked for; `before`, `after`: characters beside it that hold bits of it too. */
type Form = { text: string; before: 0 | 1; after: 0 | 1; isBase64: boolean }
/** A text, as given or with one kind of escapes taken out of `before`. */
type Reading = { text: string; before?: Reading; escape?: Escape }
type Range = [start: number, end: number]

/** Blanks the secret and the value of its header. What it needs is made at its first call. */
export function openMask(secret: string, headerValue: string): (text: string) => string {
  let forms: Form[] | undefined
  return (text) => {
    if (text === '') return text
    if (text.trim() === secret) return MASKED
    forms ??= formsOf(secret, headerValue)
    const ranges = readingsOf(text).flatMap((reading) => findIn(reading, forms ?? []))
    return ranges.length === 0 ? text : blank(text, ranges)
  }
}

function formsOf(secret: string, headerValue: string): Form[] {
  // Of `Basic …` and `Token …` the part that counts; a scheme alone says nothing.
  const part = /^\S{1,40} (\S+)$/.exec(headerValue)?.[1]
  const sent = part === undefined || part.length < SHORTEST ? headerValue : part
  return [...new Set([secret, sent])]
    .filter((value) => value.length >= SHORTEST)
    .flatMap((value) => [...plain(value), ...base64(value)])
}

function plain(value: string): Form[] {
  // Percent-encoding is of bytes; and headers travel as Latin-1, which a body may repeat as it came.
  const texts = [value, Buffer.from(value).toString('latin1'), Buffer.from(value, 'latin1').toString()]
  const forms = new Set(texts.flatMap((text) => [text, text.replaceAll(' ', '+')]))
  return [...forms].map((text) => ({ text, before: 0, after: 0, isBase64: false }))
}

/** Where it stands in a longer text decides between three encodings, of which the characters that are its own are taken. */
function base64(value: string): Form[] {
  const bytes = [Buffer.from(value), Buffer.from(value, 'latin1')].slice(0, /^[\0-\x7f]*$/.test(value) ? 1 : 2)
  const forms = bytes.flatMap((own) =>
    [0, 1, 2].flatMap((offset) => {
      const bits = (offset + own.length) * 8
      const whole = Buffer.concat([Buffer.alloc(offset), own]).toString('base64')
      const text = whole.slice(Math.ceil((offset * 8) / 6), Math.floor(bits / 6))
      const form = { before: offset === 0 ? 0 : 1, after: bits % 6 === 0 ? 0 : 1, isBase64: true } as const
      return [...new Set([text, text.replaceAll('+', '-').replaceAll('/', '_')])].map((one) => ({ text: one, ...form }))
    }),
  )
  return forms
}

/** The text as it is, and with one or two layers of escapes taken out. */
function readingsOf(text: string): Reading[] {
  const readings: Reading[] = [{ text }]
  let last = readings
  for (let depth = 0; depth < DEPTH && last.length > 0; depth += 1) {
    last = last.flatMap((reading) => ESCAPES.flatMap((escape) => unescape(reading, escape) ?? []))
    readings.push(...last)
  }
  return readings
}

type Escape = { sign: string; pattern: RegExp; meaning: (escape: string) => string }
const SHORT: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const ESCAPES: readonly Escape[] = [
  {
    sign: '%',
    pattern: /%[0-9a-f]{2}/gi,
    meaning: (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)),
  },
  {
    sign: '\\',
    pattern: /\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])/g,
    meaning: (escape) =>
      escape.length > 2
        ? String.fromCharCode(Number.parseInt(escape.slice(2), 16))
        : (SHORT[escape.slice(1)] ?? escape.slice(1)),
  },
  {
    sign: '&',
    pattern: /&(?:amp|lt|gt|quot|apos|#\d{1,6}|#x[0-9a-f]{1,5});/gi,
    meaning: (escape) => {
      const name = escape.slice(1, -1).toLowerCase()
      const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
      return NAMED[name] ?? String.fromCodePoint(code)
    },
  },
]

/** Undefined when there is nothing of the kind in it. */
function unescape(before: Reading, escape: Escape): Reading | undefined {
  if (!before.text.includes(escape.sign)) return undefined
  const text = before.text.replace(escape.pattern, escape.meaning)
  return text === before.text ? undefined : { text, before, escape }
}

function findIn(reading: Reading, forms: readonly Form[]): Range[] {
  const { text } = reading
  const ranges: Range[] = []
  for (const form of forms) {
    for (let at = text.indexOf(form.text); at !== -1; at = text.indexOf(form.text, at + 1))
      ranges.push([startOf(text, at, form), endOf(text, at + form.text.length, form)])
    const cut = findCut(text, form.text)
    if (cut !== undefined) ranges.push([startOf(text, cut, form), text.length])
  }
  return ranges.length === 0 ? ranges : inOriginal(reading, ranges)
}

/** Where these parts of a reading stand in the text as given. */
function inOriginal({ before, escape }: Reading, ranges: Range[]): Range[] {
  if (before === undefined || escape === undefined) return ranges
  // Where each character of the reading begins in what it was made of, and where the last one ends.
  const starts: number[] = []
  let done = 0
  for (const { 0: found, index } of before.text.matchAll(escape.pattern)) {
    while (done < index) starts.push(done++)
    for (const _ of escape.meaning(found).split('')) starts.push(index)
    done += found.length
  }
  while (done <= before.text.length) starts.push(done++)
  return inOriginal(
    before,
    ranges.map(([start, end]) => [starts[start] ?? 0, starts[end] ?? done]),
  )
}

/** Where a beginning of the secret stands at the end of the text, with an escape that was cut through behind it or not. */
function findCut(text: string, secret: string): number | undefined {
  const beginning = secret.slice(0, CUT)
  if (secret.length <= CUT) return undefined
  const first = Math.max(0, text.length - secret.length - CUT)
  for (let at = text.indexOf(beginning, first); at !== -1; at = text.indexOf(beginning, at + 1)) {
    const rest = text.slice(at)
    if (
      secret.startsWith(rest) ||
      secret.startsWith(rest.replace(/(?:%[0-9a-f]?|\\[u0-9a-f]{0,4}|&[a-z#0-9]{0,7})$/i, ''))
    )
      return at
  }
  return undefined
}

const BASE64 = /[A-Za-z0-9+/_-]/

function startOf(text: string, start: number, { before }: Form): number {
  return before === 1 && BASE64.test(text[start - 1] ?? '') ? start - 1 : start
}

function endOf(text: string, end: number, { after, isBase64 }: Form): number {
  let last = end
  if (after === 1 && BASE64.test(text[last] ?? '')) last += 1
  if (!isBase64) return last
  while (last < end + 3 && text[last] === '=') last += 1
  return last
}

function blank(text: string, ranges: Range[]): string {
  let blanked = ''
  let done = 0
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
    if (end <= done) continue
    if (start > done || done === 0) blanked += text.slice(done, start) + MASKED
    done = end
  }
  return blanked + text.slice(done)
}

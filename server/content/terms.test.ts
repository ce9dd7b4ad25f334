import { array, assert, constantFrom, integer, oneof, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { fold } from './fold.ts'
import { learnTerms, readTerms, toTerms } from './terms.ts'

/** What a text's chunks are, said with patterns alone, line by line. */
function chunksByPattern(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const folded = fold(line)
    const chunks: string[] = folded.match(ASCII.test(folded) ? ASCII_WORD : WORD) ?? []
    return chunks.flatMap((chunk) =>
      chunk.length > 80 ? chunk.split(GAP).map((word) => word.slice(0, 200).toWellFormed()) : [chunk],
    )
  })
}
const ASCII = /^[\0-\x7f]*$/
const ASCII_WORD = /[a-z0-9]+(?:[-._/:@+\\][a-z0-9]+)*/g
const WORD = /[\p{L}\p{N}\p{M}]+(?:[-._/:@+\\\u2010\u2011][\p{L}\p{N}\p{M}]+)*/gu
const GAP = /[^\p{L}\p{N}\p{M}]+/gu

const chunksOf = (text: string) => readTerms(toTerms(text)).map((term) => term.chunk)

test('every code unit is taken as the patterns take it, wherever it stands', () => {
  for (let unit = 0; unit < 0x1_0000; unit++) {
    const one = String.fromCharCode(unit)
    const text = `${one} x${one}y ${one}z z${one} q.${one}r r${one}.s\n–${one}${one} A${one}1 ж${one}ж`
    if (chunksOf(text).join('|') !== chunksByPattern(text).join('|'))
      expect(chunksOf(text), `U+${unit.toString(16)}`).toEqual(chunksByPattern(text))
  }
})

test.each([
  'Over the Air: e-mail ops@wiki.example.com, see LK-1042 and /etc/hosts.d/x; foo_bar.baz v2.4.1 a--b a-–b c:\\temp\\x',
  'Non-breaking\u00a0space – dash — “quotes” ‘single’ • bullet … dots → arrow™ ½ cup ² m² №5 ©2026 a…b 10 €',
  'Der Fußgänger im Straßencafé, Ærø, naïve ŁÓDŹ, Übergänge; İstanbul ısı ǅ ﬁle ﬀ',
  'ΟΔΥΣΣΕΥΣ Ὀδυσσεύς ΣΑΣ. ΣΑΣ’ Σ',
  'Привет, Ёжик! йод и́з Й й',
  '東京都庁へようこそ。ガギグ ｶﾞ か\u3099 가각 \u1100\u1161\u11a8 ㄱㅏ ﾡ',
  'नमस्ते दुनिया क़ क\u093c สวัสดีครับ น้ำ مَرْحَبًا بالعالم كـتـاب שָׁלוֹם',
  '👍🏽 𝒳yz 𠀀𠀁 ️❤️ a\u200db \ud800 x\udc00 \ufeffstart soft\u00adhyphen',
  'e\u0301a \u0301b =\u0338 <\u0338x q\u0307\u0323 \u0344 o\u0308-o\u0308 x\u2010y x\u2011y x．y ／a／b',
  `${'x'.repeat(80)} ${'x'.repeat(81)} ${'ab-'.repeat(40)}end ${'w'.repeat(1_100)} ${'a.b/'.repeat(600)}`,
  `before ${'é'.repeat(79)}ß ${'é'.repeat(81)}`,
  '',
])('%j gives the chunks of the patterns', (text) => {
  expect(chunksOf(text)).toEqual(chunksByPattern(text))
})

test('any text gives the chunks of the patterns', () => {
  const telling = Array.from(
    'aZ9-._/:@+\\ \n\t,’–…™½²№ßæŁéÉΣσςİıйЙ゙́̈か漢한ᄀ각ｶﾞ‐‑．／\u00a0\u00ad\u0640\u0345\ufe0f👍𝒳𠀀',
  )
  const piece = oneof(
    { weight: 6, arbitrary: constantFrom(...telling, '\ud83d', '\udc4d') },
    { weight: 1, arbitrary: constantFrom('word', 'Compound-Word', 'x'.repeat(79), 'ops@wiki.example.com') },
    { weight: 1, arbitrary: integer({ min: 0x80, max: 0xffff }).map((unit) => String.fromCharCode(unit)) },
    { weight: 1, arbitrary: string({ unit: 'binary', maxLength: 4 }) },
  )
  const text = array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
  assert(
    property(text, (text) => {
      expect(chunksOf(text)).toEqual(chunksByPattern(text))
    }),
    { numRuns: 20_000 },
  )
})

test('equal chunks are one term, however they are written', () => {
  const { table, numbers } = toTerms('Straße STRASSE strasse Café café')
  expect(new Set(numbers).size).toBe(2)
  expect(toTerms('cafe').table).toBe(table)
})

test('each unknown word is asked for once; a stop word and the parts of a compound keep their places', async () => {
  const terms = toTerms('Zebrafish the zebrafish zebra-fish the')
  const asked: string[][] = []
  const stem = async (words: string[]) => {
    asked.push(words)
    return words.map((word) => (word === 'the' ? null : word.slice(0, 5)))
  }
  await learnTerms([terms, terms], stem)
  await learnTerms([terms], stem)
  expect(asked).toEqual([['zebrafish', 'the', 'zebra', 'fish']])
  expect(readTerms(terms).map((term) => term.lexemes)).toEqual([
    ['zebra'],
    [null],
    ['zebra'],
    ['zebra', 'fish', 'zebra'],
    [null],
  ])
})

test('terms in use keep their meaning when the table is started anew', async () => {
  const stem = async (words: string[]) => words
  const before = toTerms('alpha beta')
  const waiting = toTerms('gamma delta-force')
  await learnTerms([before], stem)
  await learnTerms([toTerms(Array.from({ length: 130_001 }, (_, at) => `n${at}`).join(' '))], stem)
  expect(toTerms('alpha').table).not.toBe(before.table)
  await learnTerms([waiting], stem)
  expect(readTerms(before).map((term) => term.lexemes)).toEqual([['alpha'], ['beta']])
  expect(readTerms(waiting).map((term) => term.lexemes)).toEqual([['gamma'], ['delta', 'force', 'deltaforce']])
  expect(readTerms(toTerms('alpha')).map((term) => term.lexemes)).toEqual([[]])
})

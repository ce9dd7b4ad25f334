import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { headerOf } from './kinds/kinds.ts'
import { MASKED, openMask } from './mask.ts'

const SECRET = 'sk_live+9/"Q\\z% ü&1='

const masking = (secret: string) => openMask(secret, `Bearer ${secret}`)

const base64 = (text: string) => Buffer.from(text).toString('base64')
const base64url = (text: string) => Buffer.from(text).toString('base64url')
const form = (text: string) => new URLSearchParams({ a: text }).toString().slice(2)
const json = (text: string) => JSON.stringify(text).slice(1, -1)
const ascii = (text: string) =>
  json(text).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
const everyByte = (text: string) => [...Buffer.from(text)].map((b) => `%${b.toString(16).padStart(2, '0')}`).join('')
const html = (text: string) =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? '&#39;')
const slashes = (text: string) => json(text).replaceAll('/', '\\/')

const ENCODINGS: [string, (text: string) => string][] = [
  ['raw', (text) => text],
  ['base64', base64],
  ['base64url', base64url],
  ['base64 within percent-encoding', (text) => encodeURIComponent(base64(text))],
  ['base64 of a longer text', (text) => base64(`user:${text}`)],
  ['base64 of another longer text', (text) => base64url(`{"a":"${text}"}`)],
  ['percent-encoded', encodeURIComponent],
  ['percent-encoded in lower case', (text) => encodeURIComponent(text).replace(/%../g, (c) => c.toLowerCase())],
  ['percent-encoded, every byte', everyByte],
  ['form-encoded', form],
  ['JSON', json],
  ['JSON with escaped slashes', slashes],
  ['JSON in ASCII', ascii],
  ['JSON in JSON', (text) => json(json(text))],
  ['JSON, percent-encoded', (text) => encodeURIComponent(json(text))],
  ['percent-encoded twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['HTML', html],
  ['Latin-1 read as UTF-8', (text) => Buffer.from(text, 'latin1').toString()],
  ['UTF-8 read as Latin-1', (text) => Buffer.from(text).toString('latin1')],
]

describe('a secret is blanked', () => {
  test.each(ENCODINGS)('%s, in the middle of a text', (_what, encode) => {
    const masked = masking(SECRET)(`{"echo": "${encode(SECRET)}", "more": true}`)
    expect(masked).toMatch(/^\{"echo": ".{0,8}\[secret\].{0,8}", "more": true\}$/)
  })

  test.each(ENCODINGS)('%s, whatever it is', (_what, encode) => {
    const latin = fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
      minLength: 4,
    })
    const secret = fc.oneof(latin, fc.string({ minLength: 4 }), fc.string({ unit: 'grapheme', minLength: 4 }))
    const around = fc.string({ unit: fc.constantFrom('x', '"', ' ', '%', '\\', '&', '=', ';', '.'), maxLength: 12 })
    fc.assert(
      fc.property(secret, around, (value, text) => {
        fc.pre(!/[\ud800-\udfff]/.test(value) || value.isWellFormed())
        // What stands before it may swallow its first characters as an escape of its own.
        fc.pre(!MASKED.includes(value) && !/[%\\&]$/.test(text))
        const masked = masking(value)(`${text} ${encode(value)} ${text}`)
        expect(masked).toContain(MASKED)
        expect(masked).not.toContain(encode(value))
      }),
    )
  })

  test('as part of a Basic header, whole or its second half alone', () => {
    const [, value] = headerOf({ kind: 'basic', username: 'ann', header: null, secret: SECRET })
    const mask = openMask(SECRET, value)
    expect(mask(`{"authorization":"${value}"}`)).toBe('{"authorization":"Basic [secret]"}')
    expect(mask(json(json(value.slice(6))))).toBe(MASKED)
    expect(mask(base64(value))).not.toContain(base64(value).slice(8, -4))
    expect(mask(SECRET)).toBe(MASKED)
  })

  test('as part of a value with a scheme', () => {
    const mask = openMask('Token abcd1234', 'Token abcd1234')
    expect(mask('Token abcd1234')).toBe(MASKED)
    expect(mask('your key abcd1234 is bad')).toBe('your key [secret] is bad')
  })

  test('many times, and side by side', () => {
    expect(masking('hunter22')('hunter22 and hunter22hunter22, hunter2')).toBe('[secret] and [secret], [secret]')
  })

  test('where the text is cut within it', () => {
    const secret = 'sk_live_0123456789/abcdef'
    for (const encode of [(text: string) => text, json, encodeURIComponent, slashes, base64]) {
      const whole = `body: ${encode(secret)}`
      for (let end = whole.length; end > 14; end -= 1)
        expect(masking(secret)(whole.slice(0, end))).toMatch(/^body: \[secret\]={0,2}$/)
    }
  })
})

describe('nothing else is', () => {
  test('a text without it comes back as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(masking('a-long-secret-that-is-not-there')(text)).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  test.each(['', 'a', 'ab', 'abc'])('a very short secret (%j) leaves texts readable', (secret) => {
    const mask = masking(secret)
    expect(mask('a cab about abc')).toBe('a cab about abc')
    if (secret === '') return
    expect(mask(`\n${secret}`)).toBe(MASKED)
    expect(openMask(secret, secret)(secret)).toBe(MASKED)
  })

  test('a very short secret is blanked with its header', () => {
    const [, basic] = headerOf({ kind: 'basic', username: 'ann', header: null, secret: 'abc' })
    expect(openMask('abc', basic)(`got ${basic}`)).toBe('got Basic [secret]')
    expect(masking('abcd')('got Bearer abcd')).toBe('got Bearer [secret]')
  })
})

test('texts that are all beginnings of the secret are gone through to their end', () => {
  const secret = 'aaaa%41"a'.repeat(40)
  const [, value] = headerOf({ kind: 'basic', username: 'ann', header: null, secret })
  const mask = openMask(secret, value)
  for (const piece of ['aaaaaa', '%61', '\\u0061', '&#97;', '%25361', '&&&&', 'QUFB', '\\\\', value.slice(0, 20)]) {
    const text = piece.repeat(16_384 / piece.length)
    expect(mask(text).length).toBeLessThanOrEqual(text.length)
  }
})

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { matchesDomains, parseDomain, printDomain } from './domains.ts'

const FILE = resolve(import.meta.dirname, '../../../shared/cases/domain-match.json')
const Case = z.object({
  pattern: z.string(),
  url: z.string(),
  expect: z.enum(['match', 'no', 'invalid']),
  why: z.string(),
})

const hasCases = existsSync(FILE)
if (!hasCases) console.warn(`SKIPPED: the published cases of the domain rule are not at ${FILE}`)
const cases = hasCases ? z.array(Case).parse(JSON.parse(readFileSync(FILE, 'utf8'))) : []

describe.skipIf(!hasCases)('the published cases', () => {
  test.each(cases)('$expect: $pattern for $url ($why)', ({ pattern, url, expect: wanted }) => {
    const parsed = parseDomain(pattern)
    expect(parsed.ok).toBe(wanted !== 'invalid')
    const match = matchesDomains(url, [pattern], { allowHttp: false })
    expect(match.allowed).toBe(wanted === 'match')
    if (parsed.ok) {
      const stored = matchesDomains(url, [parsed.normalised], { allowHttp: false })
      expect(stored).toEqual(match.allowed ? match : { allowed: false, reason: expect.any(String) })
    }
  })
})

describe('reading an entry', () => {
  test.each([
    ['https://api.example.com/', 'api.example.com'],
    ['https://api.example.com:8443/', 'api.example.com:8443'],
    [' api.example.com. ', 'api.example.com'],
    ['*.Example.COM:8443', '*.example.com:8443'],
    ['localhost:9000', 'localhost:9000'],
    ['127.0.0.1:9000', '127.0.0.1:9000'],
    ['::1', '[::1]'],
    ['[0:0:0:0:0:0:0:1]:8443', '[::1]:8443'],
    ['s3.amazonaws.com', 's3.amazonaws.com'],
    ['*.atlassian.net', '*.atlassian.net'],
    ['my_host.example.com', 'my_host.example.com'],
  ])('%s is stored as %s', (text, normalised) => {
    expect(parseDomain(text)).toMatchObject({ ok: true, normalised })
  })

  test.each([
    ['https://api.example.com', 'api.example.com'],
    ['http://api.example.com/', 'api.example.com'],
    ['https://api.example.com/v1', 'api.example.com'],
    ['.example.com', '*.example.com'],
    ['2130706433', '127.0.0.1'],
  ])('%s is refused and %s offered', (text, suggestion) => {
    expect(parseDomain(text)).toMatchObject({ ok: false, suggestion })
  })

  test.each([
    '**.example.com',
    '*.*.example.com',
    '*.127.0.0.1',
    '*.[::1]',
    '*.com',
    '*.localhost',
    '*.github.io',
    'co.uk',
    'a..b.example.com',
    'example.com..',
    'example.com:',
    'example.com:0',
    'example.com:-1',
    'example.com:1e3',
    'exam%70le.com',
    'example.com/path',
    'example.com\\evil',
    'a\tb.example.com',
    '[::1',
    '::1:8443:',
    'https://user:secret@example.com/',
    'ftp://example.com/',
    'user:secret@example.com',
    'https://example.com/?key=secret',
    `${'a'.repeat(64)}.example.com`,
    '+.example.com',
  ])('%s is refused', (text) => {
    const parsed = parseDomain(text)
    expect(parsed.ok).toBe(false)
    expect(JSON.stringify(parsed)).not.toContain('secret')
  })

  test('printing and reading a stored entry again changes nothing', () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/)
    const host = fc.oneof(
      fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.')),
      fc.ipV4(),
      fc.ipV6(),
      fc.domain(),
    )
    const entry = fc.tuple(fc.boolean(), host, fc.option(fc.integer({ min: 1, max: 65_535 })))
    fc.assert(
      fc.property(entry, ([wildcard, host, port]) => {
        const name = host.includes(':') ? `[${host}]` : host
        const parsed = parseDomain(`${wildcard ? '*.' : ''}${name}${port === null ? '' : `:${port}`}`)
        if (!parsed.ok) return
        expect(parsed.normalised).toBe(printDomain(parsed.domain))
        expect(parseDomain(parsed.normalised)).toEqual({
          ok: true,
          domain: parsed.domain,
          normalised: parsed.normalised,
        })
      }),
    )
  })

  test('no text makes it throw, and what is stored contains no white space, star inside or upper case', () => {
    const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit))
    const text = fc.oneof(fc.string({ unit: codeUnit }), fc.stringMatching(/^[a-c*.:@/\\%[\]0-9 ]{0,20}$/))
    fc.assert(
      fc.property(text, (entry) => {
        const parsed = parseDomain(entry)
        if (parsed.ok) expect(parsed.normalised).toMatch(/^(\*\.)?([a-z0-9_.-]+|\[[0-9a-f:]+\])(:\d+)?$/)
      }),
    )
  })
})

describe('matching', () => {
  const never = { allowHttp: false }

  test('an empty list denies', () => {
    expect(matchesDomains('https://api.example.com/', [], never).allowed).toBe(false)
  })

  test('the second of two entries may match, and is named', () => {
    const match = matchesDomains('https://b.example.com/', ['a.example.com', '*.EXAMPLE.com'], never)
    expect(match).toEqual({ allowed: true, domain: '*.example.com' })
  })

  test('a wildcard does not cover the apex', () => {
    expect(matchesDomains('https://example.com/', ['*.example.com'], never).allowed).toBe(false)
  })

  test('http is allowed only when said, and then at port 80', () => {
    expect(matchesDomains('http://a.example.com/', ['a.example.com'], never).allowed).toBe(false)
    expect(matchesDomains('http://a.example.com/', ['a.example.com'], { allowHttp: true }).allowed).toBe(true)
    expect(matchesDomains('http://a.example.com:443/', ['a.example.com'], { allowHttp: true }).allowed).toBe(false)
  })

  test('an entry without a port does not cover another port', () => {
    expect(matchesDomains('https://a.example.com:8443/', ['a.example.com'], never).allowed).toBe(false)
    expect(matchesDomains('https://a.example.com/', ['a.example.com:8443'], never).allowed).toBe(false)
  })

  test('user info, a foreign scheme and an unreadable URL are denied', () => {
    for (const url of [
      'https://a.example.com@evil.test/',
      'https://u:p@a.example.com/',
      'ftp://a.example.com/',
      'https:a.example.com',
      'https://[/',
      '',
    ]) {
      expect(matchesDomains(url, ['a.example.com'], never).allowed).toBe(false)
    }
  })

  test('a refusal repeats neither path nor query', () => {
    const match = matchesDomains('https://evil.test/path-part?token=secret-part', ['a.example.com'], never)
    expect(match).toEqual({ allowed: false, reason: 'evil.test is not allowed. Allowed: a.example.com.' })
  })

  test('a host that differs by anything but case and the last dot does not match an exact entry', () => {
    const label = fc.stringMatching(/^[a-z]{1,6}$/)
    fc.assert(
      fc.property(label, label, (one, other) => {
        const match = matchesDomains(`https://${other}.example.com/`, [`${one}.example.com`], never)
        expect(match.allowed).toBe(one === other)
      }),
    )
  })
})

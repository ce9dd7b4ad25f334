import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { CredentialKind } from '#schema/credential.ts'
import { checkSecret, type GivenFields } from '../check-secret.ts'
import { headerOf } from './kinds.ts'

const FILE = resolve(import.meta.dirname, '../../../../shared/cases/header.json')
const Case = z.object({ name: z.string(), value: z.string(), expect: z.enum(['allow', 'deny']), why: z.string() })

const hasCases = existsSync(FILE)
if (!hasCases) console.warn(`SKIPPED: the published cases of the header rule are not at ${FILE}`)
const cases = hasCases ? z.array(Case).parse(JSON.parse(readFileSync(FILE, 'utf8'))) : []

describe.skipIf(!hasCases)('the published cases', () => {
  test.each(cases)('$expect header $name ($why)', ({ name, value, expect: wanted }) => {
    const { faults } = checkSecret('custom', { custom: { header: name, value } })
    expect(faults.length === 0 ? 'allow' : 'deny').toBe(wanted)
    expect(faults.every(({ path }) => path === 'custom.header' || path === 'custom.value')).toBe(true)
  })
})

function faultsOf(kind: CredentialKind, given: GivenFields): [path: string, message: string][] {
  return checkSecret(kind, given).faults.map(({ path, message }) => [path, message])
}

describe('basic', () => {
  test('name and password travel as UTF-8, the colons of a password too', () => {
    const {
      username,
      header,
      secret = '',
      faults,
    } = checkSecret('basic', { basic: { username: 'žofie', password: 'a:ü🔑' } })
    expect(faults).toEqual([])
    const [name, value] = headerOf({ kind: 'basic', username, header, secret })
    expect(name).toBe('authorization')
    expect(Buffer.from(value.slice('Basic '.length), 'base64').toString()).toBe('žofie:a:ü🔑')
  })

  test.each([
    ['a colon in the name', 'jo:hn', 'fine', ['basic.username']],
    ['a line break in the name', 'john\n', 'fine', ['basic.username']],
    ['a NUL in the password', 'john', 'a\u0000b', ['basic.password']],
    ['a C1 control character in the password', 'john', 'a\u0085b', ['basic.password']],
    ['half a character', 'john\ud800', 'a\udc00', ['basic.username', 'basic.password']],
  ])('%s is refused', (_what, username, password, paths) => {
    expect(faultsOf('basic', { basic: { username, password } }).map(([path]) => path)).toEqual(paths)
  })

  test('white space around either is kept, and said', () => {
    const { username, secret, notes } = checkSecret('basic', { basic: { username: 'john ', password: ' pass' } })
    expect({ username, secret }).toEqual({ username: 'john ', secret: ' pass' })
    expect(notes).toHaveLength(2)
    const kept = checkSecret('basic', { basic: { password: '' } }, { username: 'john ', header: null })
    expect(kept).toMatchObject({ username: 'john ', secret: undefined, notes: [], faults: [] })
  })
})

describe('bearer', () => {
  test.each([
    ['abc', 'abc', 0],
    ['  abc\n', 'abc', 1],
    ['Bearer abc', 'abc', 1],
    ['bEARER\tabc', 'abc', 1],
    [' BEARER   abc ', 'abc', 2],
    ['Bearerabc', 'Bearerabc', 0],
    ['a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g==', 0],
    ['!"#,:;', '!"#,:;', 0],
  ])('%j is kept as %j', (given, token, notes) => {
    const checked = checkSecret('bearer', { bearer: { token: given } })
    expect(checked).toMatchObject({ secret: token, faults: [] })
    expect(checked.notes).toHaveLength(notes)
  })

  test.each([
    ['two words', 'ab cd', 'white space'],
    ['a line break inside', 'ab\ncd', 'white space'],
    ['a letter outside ASCII', 'tokén', 'visible ASCII'],
    ['a typographic dash', 'ab–cd', 'visible ASCII'],
    ['a NUL', 'ab\u0000', 'visible ASCII'],
    ['nothing but the word', 'Bearer ', 'empty'],
    ['white space alone', '   ', 'empty'],
    ['the whole header', 'Authorization: Bearer abc', 'alone'],
  ])('%s is refused', (_what, token, why) => {
    expect(faultsOf('bearer', { bearer: { token } })).toEqual([['bearer.token', expect.stringContaining(why)]])
  })
})

describe('custom', () => {
  test('both fields are told at once', () => {
    const faults = faultsOf('custom', { custom: { header: 'Transfer-Encoding', value: ' v ' } })
    expect(faults.map(([path]) => path)).toEqual(['custom.header', 'custom.value'])
    expect(faults[1]?.[1]).toContain('Trim it')
  })

  test('a secret pasted into the field of the name is not repeated', () => {
    expect(JSON.stringify(faultsOf('custom', { custom: { header: 'X-Key: hunter2', value: 'v' } }))).not.toContain(
      'hunter2',
    )
  })

  test('the header is sent as it is', () => {
    expect(headerOf({ kind: 'custom', username: null, header: 'X-Api-Key', secret: 'k_1' })).toEqual([
      'X-Api-Key',
      'k_1',
    ])
  })
})

test('fields of another kind are refused', () => {
  const given = { basic: { username: 'a', password: 'b' }, custom: { header: 'X-Key', value: 'v' } }
  expect(faultsOf('basic', given).map(([path]) => path)).toEqual(['custom'])
})

test('no message and no note repeats what was given, whatever that is', () => {
  const marked = fc.string({ unit: 'binary', minLength: 0, maxLength: 12 }).map((text) => `${text}Qz7Kx${text}`)
  fc.assert(
    fc.property(marked, marked, (one, two) => {
      for (const [kind, given] of [
        ['basic', { basic: { username: one, password: two } }],
        ['bearer', { bearer: { token: one } }],
        ['custom', { custom: { header: one, value: two } }],
      ] as const) {
        const { faults, notes } = checkSecret(kind, given)
        expect(JSON.stringify([faults, notes])).not.toContain('Qz7Kx')
      }
    }),
  )
})

test('what passes is a value that an HTTP client takes', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-ascii', minLength: 1 }))
  fc.assert(
    fc.property(text, text, (one, two) => {
      for (const [kind, given] of [
        ['basic', { basic: { username: one, password: two } }],
        ['bearer', { bearer: { token: one } }],
        ['custom', { custom: { header: one, value: two } }],
      ] as const) {
        const { username, header, secret, faults } = checkSecret(kind, given)
        if (faults.length > 0 || secret === undefined) continue
        const [name, value] = headerOf({ kind, username, header, secret })
        expect(new Headers([[name, value]]).get(name)).toBe(value)
      }
    }),
    { numRuns: 500 },
  )
})

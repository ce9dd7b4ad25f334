import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesDomains } from './domains.ts'
import { secretNeeded, somewhereNew, type Limits } from './somewhere-new.ts'

const old: Limits = { kind: 'bearer', header: null, domains: ['api.example.com'], allowHttp: false }
const custom: Limits = { ...old, kind: 'custom', header: 'X-Api-Key' }

const paths = (before: Limits, after: Limits) => somewhereNew(before, after).map(({ path }) => path)
const domainsNews = (before: string[], after: string[], allowHttp = false) =>
  paths({ ...old, domains: before, allowHttp }, { ...old, domains: after, allowHttp })

test.each<[change: string, before: Limits, after: Limits, opened: string[]]>([
  ['nothing', old, old, []],
  ['the kind', old, { ...old, kind: 'basic' }, ['kind']],
  ['the kind, to a header of its own', old, custom, ['kind']],
  ['the header', custom, { ...custom, header: 'X-Other' }, ['custom.header']],
  ['only the letter-case of the header', custom, { ...custom, header: 'x-api-key' }, []],
  ['http on', old, { ...old, allowHttp: true }, ['allowHttp']],
  ['http off', { ...old, allowHttp: true }, old, []],
  [
    'several at once',
    custom,
    { ...old, domains: ['b.example.com'], allowHttp: true },
    ['kind', 'domains.0', 'allowHttp'],
  ],
])('a change of %s', (_change, before, after, opened) => {
  expect(paths(before, after)).toEqual(opened)
})

test.each<[before: string[], after: string[], opened: string[]]>([
  [['a.example.com'], ['a.example.com'], []],
  [['a.example.com'], ['A.Example.com.'], []],
  [['a.example.com', 'b.example.com'], ['b.example.com'], []],
  [['a.example.com'], ['b.example.com'], ['domains.0']],
  [['a.example.com'], ['a.example.com', 'b.example.com'], ['domains.1']],
  [['a.example.com'], ['x.a.example.com'], ['domains.0']],
  [['a.example.com'], ['*.a.example.com'], ['domains.0']],
  [['a.example.com'], ['*.example.com'], ['domains.0']],
  [['*.example.com'], ['a.example.com', 'b.c.example.com'], []],
  [['*.example.com'], ['*.a.example.com'], []],
  [['*.example.com'], ['example.com'], ['domains.0']],
  [['*.example.com'], ['evilexample.com'], ['domains.0']],
  [['*.a.example.com'], ['*.example.com'], ['domains.0']],
  [['*.example.com'], ['a.example.com:8443'], ['domains.0']],
  [['*.example.com:8443'], ['a.example.com:8443'], []],
  [['*.example.com:8443'], ['a.example.com'], ['domains.0']],
  [['a.example.com'], ['a.example.com:443'], []],
  [['a.example.com:443'], ['a.example.com'], []],
  [['a.example.com'], ['a.example.com:80'], ['domains.0']],
  [['bücher.example'], ['xn--bcher-kva.example'], []],
  [['10.0.0.5'], ['10.0.0.5:9000'], ['domains.0']],
  [['*.example.com'], ['10.0.0.5'], ['domains.0']],
  [[], ['a.example.com'], ['domains.0']],
])('from %j to %j', (before, after, opened) => {
  expect(domainsNews(before, after)).toEqual(opened)
})

test('with http, an entry without a port means two ports, so naming one of them opens the other scheme on it', () => {
  expect(domainsNews(['a.example.com'], ['a.example.com'], true)).toEqual([])
  expect(domainsNews(['a.example.com'], ['a.example.com:443'], true)).toEqual(['domains.0'])
  expect(domainsNews(['a.example.com:443'], ['a.example.com'], true)).toEqual(['domains.0'])
})

test('a change that opens nothing lets no address pass that was refused before', () => {
  const host = fc.constantFrom('a.test-one.com', 'b.test-one.com', 'test-one.com', 'c.b.test-one.com', 'other.com')
  const port = fc.constantFrom('', ':443', ':80', ':8443')
  const entry = fc.tuple(fc.constantFrom('', '*.'), host, port).map((parts) => parts.join(''))
  const limits = fc.record({ domains: fc.array(entry, { maxLength: 3 }), allowHttp: fc.boolean() })
  const prefix = fc.constantFrom('', 'x.')
  const url = fc.tuple(fc.constantFrom('https://', 'http://'), prefix, host, port).map((parts) => `${parts.join('')}/`)
  fc.assert(
    fc.property(limits, limits, url, (before, after, target) => {
      fc.pre(somewhereNew({ ...old, ...before }, { ...old, ...after }).length === 0)
      if (!matchesDomains(target, after.domains, after).allowed) return
      expect(matchesDomains(target, before.domains, before).allowed).toBe(true)
    }),
    { numRuns: 5000 },
  )
})

test('the refusal names the field of the secret and what would be opened', () => {
  const next = { ...old, domains: ['a.example.com', 'b.example.com', 'c.example.com', 'd.example.com'] }
  const problem = secretNeeded('CRM', 'bearer', somewhereNew(old, next))
  expect(problem).toMatchObject({ status: 422, code: 'secret-needed' })
  expect(problem.extras).toMatchObject({ errors: [{ path: 'bearer.token' }] })
  expect(problem.message).toBe(
    'Enter the secret of "CRM" again: it could go somewhere new, because a.example.com is added, b.example.com is added, c.example.com is added, and 1 more.',
  )
})

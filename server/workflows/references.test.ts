import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { REFERENCES } from '#schema/workflow-reference.ts'
import { Action, EventType } from '#schema/workflow.ts'
import { Problem } from '#server/platform/problem.ts'
import type { Facts } from './facts.ts'
import { valueOf } from './reference-values.ts'
import type { Json } from '#schema/webhook.ts'
import { checkReferences, exampleUrl, fillJson, fillText, fillUrl, findReferences } from './references.ts'
import { someFacts } from './test/facts.ts'

/** Titles as nobody should write them. */
const NASTY = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        '"',
        '\\',
        '\n',
        '\u0000',
        '\u2028',
        '</script>',
        '${page.id}',
        '$${',
        '${',
        '}',
        '{"a":1}',
        '\ud800',
      ),
      { minLength: 1 },
    )
    .map((parts) => parts.join('')),
)

function withTitle(title: string): Facts {
  return someFacts({ title })
}

describe('names', () => {
  test('every reference of the published list has a value, and only those', () => {
    for (const { name } of REFERENCES) expect(valueOf(name, someFacts()), name).not.toBe(null)
    for (const name of [
      '__proto__',
      'constructor',
      'page',
      'page.__proto__',
      'page.constructor',
      'process.env',
      'toString',
    ])
      expect(valueOf(name, someFacts())).toBe(null)
  })

  test('every value has the type of its example', () => {
    const facts = someFacts()
    for (const { name, type } of REFERENCES) {
      const value = valueOf(name, facts)
      expect(Array.isArray(value) ? 'strings' : typeof value, name).toBe(type)
    }
  })

  test('the documentation lists them all, with their types', () => {
    const path = resolve(import.meta.dirname, '../../docs/workflows.md')
    const listed = [...readFileSync(path, 'utf8').matchAll(/^\| `\$\{(\S+)\}` \| (text|number|list of texts) \|/gm)]
    const types = { text: 'string', number: 'number', 'list of texts': 'strings' }
    const read = listed.map(([, name, type]) => [name, Object(types)[type ?? '']])
    expect(read).toEqual(REFERENCES.map(({ name, type }) => [name, type]))
  })

  test('what looks like a reference is found in its order, the escaped one is none', () => {
    expect(findReferences('${page.id} $${page.title} $$${user.name} ${nope} ${} ${a b}')).toEqual(['page.id', 'nope'])
  })
})

describe('in JSON', () => {
  test('a reference that is all of a string keeps its type', () => {
    const body = {
      version: '${page.version}',
      labels: '${page.labels}',
      title: '${page.title}',
      by: '${transition.comment}',
    }
    const facts = { ...someFacts(), transition: { name: 'Approve', comment: null } }
    expect(fillJson(body, facts)).toEqual({
      version: 7,
      labels: ['public', 'crm'],
      title: 'Reset a password',
      by: null,
    })
  })

  test('within a longer string it is text', () => {
    const filled = fillJson(
      ['v${page.version}: ${page.labels}', '$${page.title}', '${transition.comment}!'],
      someFacts(),
    )
    expect(filled).toEqual(['v7: public, crm', '${page.title}', 'Checked against release 4!'])
  })

  test('a value never breaks out of its string, whatever it is, and is never read again', () => {
    fc.assert(
      fc.property(NASTY, fc.string(), (title, around) => {
        const safe = around.replaceAll('$', '')
        const sent = JSON.stringify(
          fillJson({ a: '${page.title}', b: [`${safe}\${page.title}${safe}`], c: 1 }, withTitle(title)),
        )
        const wellFormed = JSON.parse(JSON.stringify(title))
        expect(JSON.parse(sent)).toEqual({ a: wellFormed, b: [safe + wellFormed + safe], c: 1 })
      }),
    )
  })

  test('a body without references comes out as it went in, fields named __proto__ too', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        fc.pre(!text.includes('${'))
        expect(JSON.stringify(fillJson(JSON.parse(text), someFacts()))).toBe(text)
      }),
    )
    const body: Json = JSON.parse('{"__proto__":{"polluted":"${page.id}"},"constructor":{"prototype":{"x":1}}}')
    const filled = JSON.stringify(fillJson(body, someFacts()))
    expect(filled).toBe(`{"__proto__":{"polluted":"${someFacts().page?.id}"},"constructor":{"prototype":{"x":1}}}`)
    expect('polluted' in {}).toBe(false)
  })

  test('what there is none of is null alone, and nothing within text', () => {
    const facts: Facts = { ...someFacts(), page: undefined, user: undefined }
    expect(fillJson(['${page.title}', 'by ${user.name}', '${constructor}', '${__proto__}'], facts)).toEqual([
      null,
      'by ',
      null,
      '${__proto__}',
    ])
    expect(fillText('${page.title}|${user.email}', facts)).toBe('|')
  })
})

describe('in an address', () => {
  test('a value stays inside its part of the path, or of the query', () => {
    const facts = withTitle('a/b?c#d@e:80&f=g')
    expect(
      fillUrl('https://crm.example.com/pages/${page.title}/v${page.version}?t=${page.title}&l=${page.labels}', facts),
    ).toBe(
      'https://crm.example.com/pages/a%2Fb%3Fc%23d%40e%3A80%26f%3Dg/v7?t=a%2Fb%3Fc%23d%40e%3A80%26f%3Dg&l=public%2Ccrm',
    )
  })

  test('whatever the value is, host, number of parts and other parts stay as they were written', () => {
    fc.assert(
      fc.property(NASTY, fc.constantFrom('', '.', '%2e', '%', 'x-'), (title, before) => {
        const template = `https://crm.example.com:8443/api/${before}\${page.title}/last?q=\${page.title}&z=1`
        let filled: string
        try {
          filled = fillUrl(template, withTitle(title))
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
          return
        }
        const url = new URL(filled)
        expect(url.origin).toBe('https://crm.example.com:8443')
        expect(url.username + url.password + url.hash).toBe('')
        const parts = url.pathname.split('/')
        expect(parts).toHaveLength(4)
        expect([parts[1], parts[3]]).toEqual(['api', 'last'])
        expect(url.searchParams.get('q')).toBe(title.toWellFormed())
        expect(url.searchParams.get('z')).toBe('1')
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['..', '/a/${page.title}'],
    ['.', '/a/.${page.title}'],
    ['2e.', '/a/%${page.title}'],
    ['2E', '/a/.%${page.title}'],
    ['', '/a/${page.title}/b'],
  ])('a value %j that would lead elsewhere at %s is refused', (title, path) => {
    expect(() => fillUrl(`https://crm.example.com${path}`, withTitle(title))).toThrow(Problem)
  })

  test('examples make an address that can be judged', () => {
    expect(exampleUrl('https://crm.example.com/${page.id}?t=${page.title}&x=${unknown}')).toBe(
      'https://crm.example.com/0198c2f0-7d5e-7a90-9a51-2f6c1f0e4a13?t=Reset%20a%20password&x=example',
    )
  })
})

describe('while saving', () => {
  function faultsOf(fields: object, events: EventType[] = ['page.updated']): [string, string][] {
    const action = Action.parse({ type: 'webhook', url: 'https://crm.example.com/', ...fields })
    return checkReferences(action, events).map(({ path, message }) => [path, message])
  }

  test.each([
    ['another host', { url: 'https://${page.title}/' }, 'url', 'path and the query'],
    ['a part of the host', { url: 'https://a${page.id}.example.com/' }, 'url', 'path and the query'],
    ['the port', { url: 'https://a.example.com:${page.version}/' }, 'url', 'path and the query'],
    ['user info', { url: 'https://${user.name}@a.example.com/' }, 'url', 'path and the query'],
    ['the scheme', { url: '${page.title}://a.example.com/' }, 'url', 'whole address'],
    ['all of it', { url: '${page.url}' }, 'url', 'whole address'],
    ['right after the host', { url: 'https://a.example.com${page.id}/' }, 'url', 'path and the query'],
    ['after a backslash', { url: 'https:\\\\${page.id}/' }, 'url', 'whole address'],
    ['the fragment', { url: 'https://a.example.com/#${page.id}' }, 'url', 'path and the query'],
    ['an unknown name', { url: 'https://a.example.com/${page.titel}' }, 'url', 'page.title'],
    ['an unknown group', { text: '${process.env}' }, 'text', 'References begin with'],
    ['a prototype', { body: { a: ['${page.__proto__}'] } }, 'body.a.0', 'is no reference'],
    ['a reference that is not closed', { text: 'costs ${page.id' }, 'text', 'is no reference'],
    ['a sentence in braces', { text: '${the page}' }, 'text', 'is no reference'],
    ['a name of a field', { body: { '${page.id}': 1 } }, 'body.${page.id}', 'not in names'],
    ['a name of a header', { headers: { 'X-${page.id}': '1' } }, 'headers.X-${page.id}', 'not in names'],
    ['a header', { headers: { 'X-Page': '${page.nr}' } }, 'headers.X-Page', 'no reference ${page.nr}'],
    ['what the event has not', { body: { to: '${status.to}' } }, 'body.to', 'does not exist for page.updated'],
  ])('%s is a fault that says where', (_what, fields, path, message) => {
    expect(faultsOf(fields)).toContainEqual([path, expect.stringContaining(message)])
  })

  test('what is known and there for every event is none', () => {
    const fields = {
      url: 'https://a.example.com/${page.id}?c=${transition.comment}',
      body: { a: '$${x}', b: ['${status.to}'] },
    }
    expect(faultsOf(fields, ['status.changed', 'page.approved'])).toEqual([])
    expect(faultsOf(fields, ['status.changed', 'page.expired']).map(([path]) => path)).toEqual(['url', 'body.b.0'])
  })
})

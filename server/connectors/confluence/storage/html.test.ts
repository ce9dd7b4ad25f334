import * as fc from 'fast-check'
import { Parser } from 'htmlparser2'
import { expect, test } from 'vitest'
import { storageToHtml } from './convert.ts'
import { tagSoup, trickyText, xml } from './test/arbitraries.ts'

const CONTEXT = { baseUrl: 'https://site.example/wiki', spaceKey: 'DOC', pageId: '77' }

const TAGS = new Set(
  (
    'p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code table thead tbody tr th td hr br div span details summary figure figcaption ' +
    'strong em del u sup sub a img time input dl dt dd'
  ).split(' '),
)
const ATTRIBUTES = new Set(
  (
    'id class href rel src alt title width loading referrerpolicy datetime type disabled checked aria-label tabindex role scope ' +
    'colspan rowspan start'
  ).split(' '),
)

test('whatever the page holds, the HTML has only tags, attributes and addresses of the list', () => {
  fc.assert(
    fc.property(tagSoup, (storage) => check(storageToHtml(storage, CONTEXT))),
    { numRuns: 1_500 },
  )
})

test('text and addresses of every kind stay text and addresses', () => {
  const hostile = fc.oneof(
    trickyText,
    fc.constantFrom('"><script>x</script>', "' onload='x", 'javascript:x', ' java\nscript:x', '\u0001javascript:x'),
  )
  fc.assert(
    fc.property(hostile, hostile, (text, address) => {
      const storage = `<p><a href="${xml(address)}">${xml(text)}</a><img src="${xml(address)}" alt="${xml(text)}"/></p>
        <ac:structured-macro ac:name="${xml(text)}"><ac:parameter ac:name="${xml(address)}">${xml(text)}</ac:parameter></ac:structured-macro>
        <ac:structured-macro ac:name="code"><ac:parameter ac:name="language">${xml(text)}</ac:parameter></ac:structured-macro>
        <ac:link ac:anchor="${xml(text)}"><ri:page ri:content-title="${xml(address)}" ri:space-key="${xml(text)}"/></ac:link>
        <time datetime="${xml(text)}"/><h1 id="${xml(text)}">${xml(address)}</h1>`
      check(storageToHtml(storage, CONTEXT))
    }),
    { numRuns: 1_000 },
  )
})

test('an id never stands twice, and is never one of the application', () => {
  const html = storageToHtml('<h1 id="root">Root</h1><h2>Root</h2><p id="root">x</p><a name="app">y</a>', CONTEXT)
  expect([...html.matchAll(/ id="([^"]*)"/g)].map((match) => match[1])).toEqual(['lk-a-root', 'lk-a-app'])
})

function check(html: string): void {
  const open: string[] = []
  const parser = new Parser({
    onopentag(name, attributes) {
      expect(TAGS).toContain(name)
      open.push(name)
      for (const [key, value] of Object.entries(attributes)) {
        expect(ATTRIBUTES).toContain(key)
        if (key === 'href' || key === 'src') expect(isAllowed(value), value).toBe(true)
        if (key === 'id') expect(value).toMatch(/^lk-a-[\p{L}\p{N}]+$/u)
        if (key === 'class') expect(value).toMatch(/^(?:lk-[a-z-]+(?: lk-[a-z-]+)*|language-.*)$/)
      }
    },
    onclosetag(name, implied) {
      expect(implied && !VOID.has(name) && name !== 'p', `${name} left open`).toBe(false)
    },
  })
  parser.write(html)
  parser.end()
}

const VOID = new Set(['br', 'hr', 'img', 'input'])

/** As a browser would resolve it on the application's own page. */
function isAllowed(address: string): boolean {
  const url = URL.canParse(address, 'https://app.example/') ? new URL(address, 'https://app.example/') : undefined
  return url === undefined || ['http:', 'https:', 'mailto:'].includes(url.protocol)
}

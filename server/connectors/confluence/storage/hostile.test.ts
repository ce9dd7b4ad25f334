import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { convertStorage, storageToHtml } from './convert.ts'
import { tagSoup, xml } from './test/arbitraries.ts'

const CONTEXT = { baseUrl: 'https://site.example/wiki', spaceKey: 'DOC', pageId: '77' }

test('no tag soup makes the conversion throw', () => {
  fc.assert(
    fc.property(tagSoup, (storage) => {
      const { markdown, text, headings, links } = convertStorage(storage, CONTEXT)
      for (const value of [markdown, text, headings, ...links, storageToHtml(storage, CONTEXT)]) {
        expect(value).not.toContain('\0')
        expect(value).not.toContain('undefined')
      }
    }),
    { numRuns: 2_000 },
  )
})

test('C4: no words are lost when tags do not match', () => {
  const tags = fc.constantFrom(
    '<p>',
    '</p>',
    '<li>',
    '</ul>',
    '<table>',
    '<td>',
    '</tr>',
    '<b>',
    '</i>',
    '</div>',
    '<h2>',
    '<ul>',
  )
  const pieces = fc.array(fc.oneof(tags, fc.integer({ min: 1000, max: 9999 }).map(String)), { maxLength: 40 })
  fc.assert(
    fc.property(pieces, (list) => {
      const { markdown, text } = convertStorage(list.join(' '), CONTEXT)
      const numbers = list.filter((piece) => /^\d/.test(piece)).sort()
      expect((text.match(/\d{4}/g) ?? []).sort()).toEqual(numbers)
      expect((markdown.match(/\d{4}/g) ?? []).sort()).toEqual(numbers)
    }),
    { numRuns: 1_000 },
  )
})

describe('pages of a megabyte', () => {
  const SIZE = 1_000_000
  const huge: [name: string, unit: string, prefix?: string, suffix?: string][] = [
    ['of paragraphs', '<p>Some <strong>bold</strong> words &amp; a <a href="https://x.example/y">link</a>.</p>'],
    ['of opening tags', '<div>'],
    ['of opening list items', '<ul><li>a'],
    ['of opening quotes', '<blockquote>a'],
    ['of opening marks', '<b>a<i>b'],
    ['of opening macros', '<ac:structured-macro ac:name="info"><ac:rich-text-body>a'],
    ['of opening tables', '<table><tr><td>a'],
    ['of closing tags', '</p>'],
    ['of line breaks', '<br/>', '<p>a', 'b</p>'],
    ['of spaces', ' ', '<p>a', 'b</p>'],
    ['of spaces in an address', ' ', '<a href="https://x.example/', 'b">a</a>'],
    ['of spans', '<span> a</span>', '<p>', '</p>'],
    ['of bold letters', '<b> a</b> ', '<p>', '</p>'],
    ['of code', '<code>a</code> ', '<p>', '</p>'],
    ['of links inside a link', '<a href="#x">a</a>', '<p><a href="#y">', '</a></p>'],
    ['of ampersands', '&', '<p>', '</p>'],
    ['of entities', '&nbsp;', '<p>', '</p>'],
    ['of brackets', '[', '<p>', '</p>'],
    ['of stars', '*', '<p>', '</p>'],
    ['of backticks', '`', '<p><code>', '</code></p>'],
    ['of addresses', 'http://a_b ', '<p>', '</p>'],
    ['of one address', 'www.', '<p>', '</p>'],
    ['of number signs in a heading', '#', '<h1>a', '</h1>'],
    ['of cells', '<td>a</td>', '<table><tr>', '</tr></table>'],
    ['of spanning cells', '<td rowspan="65534" colspan="1000">a</td>', '<table><tr>', '</tr></table>'],
    ['of spanning rows', '<tr><td rowspan="65534" colspan="1000">a</td></tr>', '<table>', '</table>'],
    [
      'of parameters',
      '<ac:parameter ac:name="a">b</ac:parameter>',
      '<ac:structured-macro ac:name="z">',
      '</ac:structured-macro>',
    ],
    ['of an open CDATA section', ']]', '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA['],
    ['of an open attribute', 'a b <c ', '<p title="'],
    ['of open tags in a cell', '<p>a', '<table><tr><td>'],
    ['of anchors', '<a name="a"/>x', '<p>', '</p>'],
    [
      'of newlines in code',
      '\n',
      '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[a',
      ']]></ac:plain-text-body></ac:structured-macro>',
    ],
    [
      'of fences in Markdown',
      '```\n',
      '<ac:structured-macro ac:name="markdown"><ac:plain-text-body><![CDATA[',
      ']]></ac:plain-text-body></ac:structured-macro>',
    ],
  ]

  test.each(huge)('%s are converted', (_, unit, prefix = '', suffix = '') => {
    const storage = prefix + unit.repeat(Math.floor(SIZE / unit.length)) + suffix
    const { markdown, text } = convertStorage(storage, CONTEXT)
    expect(markdown.length).toBeLessThan(SIZE * 12)
    expect(text.length).toBeLessThan(SIZE * 4)
    expect(storageToHtml(storage, CONTEXT).length).toBeLessThan(SIZE * 40)
  })
})

test('C16: a page of five megabytes is converted whole', () => {
  const page = readFileSync(join(import.meta.dirname, 'test/page.xml'), 'utf8')
  const copies = Math.ceil(5_000_000 / page.length)
  const one = convertStorage(page, CONTEXT)
  const all = convertStorage(page.repeat(copies), CONTEXT)
  expect(all.headings.split('\n')).toHaveLength(copies * one.headings.split('\n').length)
  expect(all.text.split('\n')).toHaveLength(copies * one.text.split('\n').length)
})

test('C13: an HTML macro inside an HTML macro inside an HTML macro ends', () => {
  let storage = '<p>inner</p>'
  for (let i = 0; i < 8; i++) {
    storage = `<ac:structured-macro ac:name="html"><ac:plain-text-body>${xml(storage)}</ac:plain-text-body></ac:structured-macro>`
  }
  expect(convertStorage(storage, CONTEXT).text).toContain('inner')
})

test('links are counted once and at most a thousand', () => {
  const storage = Array.from({ length: 5_000 }, (_, i) => `<a href="https://x.example/${i % 2_000}">a</a>`).join(' ')
  expect(convertStorage(storage, CONTEXT).links).toHaveLength(1_000)
})

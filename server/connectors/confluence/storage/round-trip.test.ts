import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { convertStorage } from './convert.ts'
import { trickyText, xml } from './test/arbitraries.ts'
import { parseMarkdown, plainText } from './test/structure.ts'

const CONTEXT = { baseUrl: 'https://site.example/wiki', spaceKey: 'DOC', pageId: '77' }
const RUNS = { numRuns: 1_000 }

test('the text of a paragraph parses back as one paragraph of the same text', () => {
  fc.assert(
    fc.property(trickyText, (text) => {
      const root = parseMarkdown(convert(`<p>${xml(text)}</p>`))
      expect(words(plainText(root))).toBe(words(text))
      expect(root.children.map((node) => node.type)).toEqual(words(text) === '' ? [] : ['paragraph'])
    }),
    RUNS,
  )
})

test('text after a line break opens no block', () => {
  fc.assert(
    fc.property(trickyText, trickyText, (first, second) => {
      const root = parseMarkdown(convert(`<p>${xml(first)}<br/>${xml(second)}</p>`))
      expect(words(plainText(root))).toBe(words(`${first} ${second}`))
      expect(root.children.length).toBeLessThanOrEqual(1)
    }),
    RUNS,
  )
})

test('headings keep their text and their level', () => {
  fc.assert(
    fc.property(trickyText, fc.integer({ min: 1, max: 6 }), (text, depth) => {
      fc.pre(words(text) !== '')
      const root = parseMarkdown(convert(`<h${depth}>${xml(text)}</h${depth}>`))
      expect(root.children).toMatchObject([{ type: 'heading', depth }])
      expect(words(plainText(root))).toBe(words(text))
    }),
    RUNS,
  )
})

test('marks, links and code in any nesting keep the text between them', () => {
  fc.assert(
    fc.property(inlineTree, ({ storage, text }) => {
      const root = parseMarkdown(convert(`<p>${storage}</p>`))
      expect(letters(plainText(root))).toBe(letters(text))
      expect(root.children.length).toBeLessThanOrEqual(1)
    }),
    RUNS,
  )
})

test('list items keep their text and their number', () => {
  fc.assert(
    fc.property(fc.array(trickyText, { minLength: 1, maxLength: 5 }), fc.constantFrom('ul', 'ol'), (items, tag) => {
      const root = parseMarkdown(convert(`<${tag}>${items.map((item) => `<li>${xml(item)}</li>`).join('')}</${tag}>`))
      const [list] = root.children
      expect(root.children.length).toBe(1)
      expect(list?.type === 'list' && list.children?.map((item) => words(plainText(item)))).toEqual(items.map(words))
    }),
    RUNS,
  )
})

test('table cells keep their text and their place', () => {
  const rows = fc.array(fc.array(trickyText, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(rows, (cells) => {
      const body = cells.map((row) => `<tr>${row.map((cell) => `<th><p>${xml(cell)}</p></th>`).join('')}</tr>`).join('')
      const [table] = parseMarkdown(convert(`<table><tbody>${body}</tbody></table>`)).children
      const got =
        table?.type === 'table' && table.children?.map((row) => row.children?.map((cell) => words(plainText(cell))))
      expect(got).toEqual(cells.map((row) => row.map(words)))
    }),
    RUNS,
  )
})

test('code blocks keep every character, whatever fences they hold', () => {
  fc.assert(
    fc.property(fc.array(trickyText, { minLength: 1, maxLength: 5 }), (lines) => {
      const value = `a${lines.join('\n')}z`.replaceAll(']]>', '').replaceAll('\r', '')
      const body = `<ac:plain-text-body><![CDATA[${value}]]></ac:plain-text-body>`
      const root = parseMarkdown(convert(`<ac:structured-macro ac:name="code">${body}</ac:structured-macro>`))
      expect(root.children).toMatchObject([{ type: 'code', value: value.replaceAll('\0', '\uFFFD') }])
    }),
    RUNS,
  )
})

type Tree = { storage: string; text: string }

const inlineTree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree; leaf: Tree; marked: Tree }>((tie) => ({
  leaf: trickyText.map((text) => ({ storage: xml(text), text })),
  marked: fc
    .tuple(fc.constantFrom('strong', 'em', 'del', 'u', 'sup', 'code', 'a'), fc.array(tie('tree'), { maxLength: 3 }))
    .map(([tag, children]) => {
      const { storage, text } = joined(children)
      if (tag !== 'code')
        return { storage: `<${tag}${tag === 'a' ? ' href="https://x.example/(y)"' : ''}>${storage}</${tag}>`, text }
      return { storage: `<code>${xml(text)}</code>`, text }
    }),
  tree: fc.oneof({ maxDepth: 3 }, tie('leaf'), tie('marked')),
})).tree

function joined(trees: Tree[]): Tree {
  return { storage: trees.map((tree) => tree.storage).join(''), text: trees.map((tree) => tree.text).join('') }
}

function convert(storage: string): string {
  return convertStorage(storage, CONTEXT).markdown
}

/** White space is one space to a reader, and none at the ends. */
function words(text: string): string {
  return text.replaceAll('\0', '\uFFFD').replace(/\s+/g, ' ').trim()
}

/** Where marks begin and end, a space may move across; an empty link shows its address. */
function letters(text: string): string {
  return words(text).replaceAll(/\s|https:\/\/x\.example\/\(y\)/g, '')
}

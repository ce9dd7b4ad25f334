import * as fc from 'fast-check'
import { macro, plain, rich } from './storage.ts'

/** A word that is in no other place of the document: `w0001`, `w0002`, …; put in for each `§` of a template. */
function numbered(storage: string): string {
  let count = 0
  return storage.replaceAll('§', () => `w${String(++count).padStart(4, '0')}`)
}

const PERSON = '<ac:link><ri:user ri:account-id="5b:1"/></ac:link>'
const COMMENT = '<ac:inline-comment-marker ac:ref="c-1">§ §</ac:inline-comment-marker>'
const STATUS = macro('status', { title: '§', colour: 'Green' })
const LINK = '<ac:link><ri:page ri:content-title="A page"/><ac:link-body>§ <em>§</em></ac:link-body></ac:link>'
const PLAIN_LINK =
  '<ac:link ac:anchor="x"><ri:page ri:content-title="P"/><ac:plain-text-link-body><![CDATA[§ §]]></ac:plain-text-link-body></ac:link>'
const IMAGE = '<ac:image ac:width="40"><ri:attachment ri:filename="a b.png"/></ac:image>'

const INLINES = [
  '§', '§ §', '§ &amp; §', '§&nbsp;§', '&rsquo;§&lsquo;', '<strong>§ §</strong>', '<em>§</em>', '<u>§</u>', '<code>§_§</code>',
  '<span style="color: rgb(255,0,0);">§ §</span>', '§<span class="x">§</span>§', '<a href="https://x.example/y?a=1&amp;b=2">§</a>', 'H<sub>§</sub>',
  COMMENT, STATUS, PERSON, LINK, PLAIN_LINK, IMAGE, '<ac:emoticon ac:name="tick"/>', '<time datetime="2024-05-01"/>', '<br/>', '[§] *§* _§_ # 1. §',
] // prettier-ignore

const line = fc
  .array(fc.constantFrom(...INLINES), { minLength: 1, maxLength: 6 })
  .map((parts) => `§ ${parts.join(' ')} §`)
const attributes = fc.constantFrom('', ' local-id="a-1"', ' style="text-align: center;"')
const gap = fc.constantFrom('', '\n', '\n    ', '<!-- c -->')

const paragraph = fc.tuple(attributes, line).map(([own, text]) => `<p${own}>${text}</p>`)
const heading = fc.tuple(fc.integer({ min: 1, max: 6 }), line).map(([depth, text]) => `<h${depth}>${text}</h${depth}>`)
const item = fc
  .tuple(line, fc.constantFrom('', '<ul><li>§ §</li><li><p>§</p></li></ul>'))
  .map(([text, below]) => `<li><p>${text}</p>${below}</li>`)
const list = fc
  .tuple(fc.constantFrom('ul', 'ol'), fc.array(item, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '\n  '))
  .map(([tag, items, space]) => `<${tag}>${items.map((text) => space + text).join('')}${space}</${tag}>`)
const task = line.map(
  (text) =>
    `<ac:task><ac:task-id>3</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>${text}</ac:task-body></ac:task>`,
)
const tasks = fc
  .array(task, { minLength: 1, maxLength: 3 })
  .map((all) => `<ac:task-list>\n${all.join('\n')}\n</ac:task-list>`)
const row = fc
  .tuple(line, line)
  .map(([a, b]) => `<tr><td data-highlight-colour="#fff"><p>${a}</p></td><td>${b}</td></tr>`)
const table = fc
  .array(row, { minLength: 1, maxLength: 3 })
  .map(
    (rows) =>
      `<table data-layout="wide"><colgroup><col style="width: 9px;"/><col/></colgroup><tbody><tr><th>§</th><th>§</th></tr>${rows.join('')}</tbody></table>`,
  )
const spanned = line.map(
  (text) =>
    `<table><tbody><tr><td colspan="2">${text}</td></tr><tr><td rowspan="1">§</td><td><ul><li>§</li></ul></td></tr></tbody></table>`,
)
const fixed = fc.constantFrom(
  macro('code', { language: 'py', title: 'x.py' }, plain('§ = [§[0]]\n\n  <§> & §')),
  macro('vendor', { a: 'b' }), macro('vendor', { a: 'b' }, plain('raw ]] > §')), macro('toc'), macro('jira', { key: 'AB-1' }),
  '<p />', '<p><br/></p>', '<hr/>', `<p>${IMAGE}</p>`, '<blockquote><p>§ §</p><p>§</p></blockquote>',
  '<ac:adf-extension><ac:adf-node type="x"><ac:adf-content><p>§</p></ac:adf-content></ac:adf-node><ac:adf-fallback><p>§</p></ac:adf-fallback></ac:adf-extension>',
) // prettier-ignore

const block = fc.oneof({ weight: 3, arbitrary: paragraph }, heading, list, tasks, table, spanned, {
  weight: 2,
  arbitrary: fixed,
})
const blocks = fc.array(fc.tuple(gap, block), { minLength: 1, maxLength: 4 }).map((all) => all.flat().join(''))
const framed = fc.oneof(
  blocks.map((inner) => macro('expand', { title: 'More' }, rich(inner))),
  blocks.map((inner) => macro('vendor-rich', { a: 'b' }, rich(`\n${inner}\n`))),
  blocks.map(
    (inner) =>
      `<ac:layout><ac:layout-section ac:type="two_equal">\n<ac:layout-cell>${inner}</ac:layout-cell><ac:layout-cell></ac:layout-cell></ac:layout-section></ac:layout>`,
  ),
  blocks.map((inner) => `<div class="x">${inner}</div>`),
)

/** Documents of all that Confluence has, each word of its own, well-formed. */
export const documents = fc
  .array(fc.oneof({ weight: 3, arbitrary: blocks }, framed), { minLength: 1, maxLength: 4 })
  .map((parts) => numbered(parts.join('')))

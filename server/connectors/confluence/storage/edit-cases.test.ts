import { describe, expect, test } from 'vitest'
import { applyEdit, editView } from './edit-view.ts'
import { macro, plain, rich } from './test/storage.ts'

const CONTEXT = { baseUrl: 'https://site.atlassian.net/wiki', spaceKey: 'DOC', pageId: '77' }
const JO = '<ac:link><ri:user ri:account-id="5b:1"/></ac:link>'
const NOTED = '<ac:inline-comment-marker ac:ref="c1">quick brown</ac:inline-comment-marker>'

type Case = [name: string, storage: string, edit: [from: string | RegExp, to: string], after: string | RegExp]

/** `after`: the storage that comes of it, or what the refusal says. */
function run(cases: Case[]): void {
  test.each(cases)('%s', (_, storage, [from, to], after) => {
    const view = editView(storage, CONTEXT)
    const markdown = view.replace(from, () => to)
    expect(markdown, 'the edit is one').not.toBe(view)
    const edited = applyEdit(storage, markdown, CONTEXT)
    const reasons = edited.refused.map(({ reason }) => reason).join('\n')
    if (typeof after === 'string') expect([edited.storage, reasons]).toEqual([after, ''])
    else expect(reasons).toMatch(after)
    if (reasons !== '') expect(edited.storage).toBe(storage)
  })
}

test('the edit view has a line for all that Markdown cannot carry, and for where it begins and ends', () => {
  const storage =
    `<h1>T</h1>${macro('drawio', { diagramName: 'net' })}${macro('panel', { title: 'P -- &gt;' }, rich('<p>in</p><p/>'))}` +
    '<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell><p>a</p></ac:layout-cell><ac:layout-cell></ac:layout-cell></ac:layout-section></ac:layout>'
  expect(editView(storage, CONTEXT).split('\n\n')).toEqual([
    '# T',
    '<!-- keep 1: macro drawio net -->',
    '<!-- keep 2: macro panel P - &gt; -->',
    'in',
    '<!-- keep 3: end of macro panel P - &gt; -->',
    '<!-- keep 4: layout, section two_equal, column -->',
    'a',
    '<!-- keep 5: column -->',
    '<!-- keep 6: end of layout -->\n',
  ])
})

describe('words', () => {
  run([
    ['W2: beside an inline comment', `<p>A ${NOTED} fox</p>`, ['fox', 'cow & calf'], `<p>A ${NOTED} cow &amp; calf</p>`],
    ['W2: under an inline comment', `<p>A ${NOTED} fox</p>`, ['brown', 'red'], `<p>A ${NOTED.replace('brown', 'red')} fox</p>`],
    ['W2: after an inline comment stay outside of it', `<p>A ${NOTED}</p><p>b</p>`, ['brown\n', 'brown, yes\n'], `<p>A ${NOTED}, yes</p><p>b</p>`],
    ['W2: all of those under a comment cannot go', `<p>A ${NOTED} fox</p>`, ['quick brown ', ''], /an inline comment/],
    ['beside a mention', `<p>Ask ${JO}, please</p>`, ['please', 'now'], `<p>Ask ${JO}, now</p>`],
    ['that are tags are text', '<p>a b</p>', ['b', '<script> &amp; x'], '<p>a &lt;script&gt; &amp; x</p>'],
    ['C3: keep the entities beside them', '<p>&ldquo;a&rdquo;&nbsp;b</p>', ['a', 'c'], '<p>&ldquo;c&rdquo;&nbsp;b</p>'],
    ['C2: in a CDATA section', '<p><ac:link><ri:page ri:content-title="P"/><ac:plain-text-link-body><![CDATA[a & b]]></ac:plain-text-link-body></ac:link></p>', ['a & b', 'a \\]\\]> b'],
      '<p><ac:link><ri:page ri:content-title="P"/><ac:plain-text-link-body><![CDATA[a ]]]]><![CDATA[> b]]></ac:plain-text-link-body></ac:link></p>'],
    ['of a table with spans', '<table><colgroup><col/></colgroup><tbody><tr><td colspan="2">x y</td></tr><tr><td>1</td><td>2</td></tr></tbody></table>', ['x y', 'x z'],
      '<table><colgroup><col/></colgroup><tbody><tr><td colspan="2">x z</td></tr><tr><td>1</td><td>2</td></tr></tbody></table>'],
    ['of a status', `<p>Now: ${macro('status', { title: 'OPEN', colour: 'Red' })}</p>`, ['OPEN', 'DONE'], `<p>Now: ${macro('status', { title: 'DONE', colour: 'Red' })}</p>`],
    ['on a page that is no tree', '<p>a <b>b</p><ac:x y="z">c d', ['c d', 'c e'], '<p>a <b>b</p><ac:x y="z">c e'],
    ['of a mention are not the page’s to change', `<p>Ask ${JO}</p>`, ['5b:1', '5b:2'], /a mention/],
  ]) // prettier-ignore
})

describe('marks', () => {
  run([
    ['are written anew, the tag around stays', '<p local-id="x" style="text-align: center;">a <b>b</b> c</p>', ['c', '*c*'], '<p local-id="x" style="text-align: center;">a <strong>b</strong> <em>c</em></p>'],
    ['stand around what Markdown cannot carry', `<p>Ask ${JO} about ${NOTED} now</p>`, ['now', '**now**'], `<p>Ask ${JO} about ${NOTED} <strong>now</strong></p>`],
    ['may enclose it', `<p>Ask ${JO} now</p>`, ['@5b:1', '**@5b:1**'], `<p>Ask <strong>${JO}</strong> now</p>`],
    ['a heading becomes another', '<h2 local-id="h">T</h2>', ['## T', '### T'], '<h3 local-id="h">T</h3>'],
    ['a paragraph becomes a list', '<p>a</p>', ['a', '- a\n- b'], '<ul><li><p>a</p></li><li><p>b</p></li></ul>'],
    ['a paragraph that is aligned does not', '<p style="text-align: right;">a</p>', ['a', '- a'], /colours or other styles/],
  ]) // prettier-ignore
})

describe('blocks', () => {
  const page = `<p>a</p>\n${macro('vendor', { x: '1' })}\n<p>b ${JO}</p>\n<p>c</p>`
  const info = macro('info', { title: 'I' }, rich('<p>in</p>'))
  run([
    ['a new one stands apart as the others do', page, ['c\n', 'c\n\nnew *x*\n'], `${page}\n<p>new <em>x</em></p>`],
    ['one is deleted with its line', page, [/<!-- keep 1.*-->\n\n/, ''], page.replace(/\n<ac:structured[^]*macro>/, '')],
    ['W3: an unknown macro is moved', page, [/(<!-- keep 1.*-->)\n\n(b .*)\n\n/, 'b @5b:1\n\n<!-- keep 1 -->\n\n'], `<p>a</p>\n<p>b ${JO}</p>\n${macro('vendor', { x: '1' })}\n<p>c</p>`],
    ['one that holds a mention moves whole', page, [/b @5b:1\n\nc\n/, 'c\n\nb @5b:1\n'], page.replace(/(\n<p>b.*)(\n<p>c.*)/, '$2$1')],
    ['a kept line twice', page, [/c\n/, 'c\n\n<!-- keep 1 -->\n'], /twice/],
    ['a kept line of no document', page, [/c\n/, 'c\n\n<!-- keep 9 -->\n'], /nothing of this number/],
    ['a kept line in a list', page, [/<!-- keep 1/, '- <!-- keep 1'], /stands alone/],
    ['a kept line behind text', page, ['\n\n<!-- keep 1', ' <!-- keep 1'], /stands alone/],
    ['a fence that stays open', page, ['a\n', '```\na\n'], /not closed/],
    ['two become one beside a mention', page, [/b @5b:1\n\nc\n/, 'c b @5b:1\n'], page.replace('<p>b', '<p>c b').replace(/\n<p>c<.*/, '')],
    ['two with mentions become one', `<p>one two ${JO}</p><p>three four ${JO}</p>`, ['\n\nthree', ' three'], /put together/],
    ['text in a panel', info, [/^in$/m, 'in, more'], info.replace('in<', 'in, more<')],
    ['half a panel', info, [/<!-- keep 1.*-->\n\n/, ''], /begins and ends/],
    ['a panel goes, its text stays', info, [/<!-- keep 1.*-->\n\nin\n\n.*/, 'in'], '<p>in</p>'],
    ['into an empty column', '<ac:layout><ac:layout-section><ac:layout-cell></ac:layout-cell></ac:layout-section></ac:layout>', [/\n\n/, '\n\nx\n\n'],
      '<ac:layout><ac:layout-section><ac:layout-cell><p>x</p></ac:layout-cell></ac:layout-section></ac:layout>'],
    ['code keeps its macro', macro('code', { language: 'py', title: 't' }, plain('a\n\nb')), ['b', 'b ]]> c'], macro('code', { language: 'py', title: 't' }, plain('a\n\nb ]]]]><![CDATA[> c'))],
    ['code in another language', macro('code', { language: 'py' }, plain('a')), ['py', 'js'], macro('code', { language: 'js' }, plain('a'))],
    ['a line that only looks kept, in code', macro('code', {}, plain('<!-- keep 1 -->')), ['keep 1', 'keep 2'], macro('code', {}, plain('<!-- keep 2 -->'))],
  ]) // prettier-ignore
})

describe('rows', () => {
  const list = `<ul local-id="l">\n<li local-id="1"><p>a ${JO}</p></li>\n<li><p>b</p><ul><li>c</li></ul></li>\n</ul>`
  const tasks =
    '<ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>a</ac:task-body></ac:task></ac:task-list>'
  const table = `<table data-layout="wide"><colgroup><col style="width: 9px;"/><col/></colgroup><tbody><tr><th>A</th><th>B</th></tr><tr><td><p>1 ${JO}</p></td><td>2</td></tr></tbody></table>`
  run([
    ['a new item', list, [/$/, '- new\n'], list.replace('\n</ul>', '\n<li><p>new</p></li>\n</ul>')],
    ['a new item below an item', list, ['- c', '- c\n  - **d**'], list.replace('<li>c</li>', '<li>c</li><li><strong>d</strong></li>')],
    ['an item goes', list, [/- a.*\n/, ''], list.replace(/\n<li local-id.*\n/, '\n')],
    ['an item with a mention does not become a paragraph', list, [/- a (.*)\n/, 'a @5b:1\n\n'], /put together/],
    ['a task is done', tasks, ['[ ]', '[x]'], tasks.replace('incomplete', 'complete')],
    ['a new task has no id yet', tasks, [/$/, '- [ ] b\n'], tasks.replace('</ac:task-list>', '<ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body>b</ac:task-body></ac:task></ac:task-list>')],
    ['a new row', table, [/$/, '| 3 | *4* |\n'], table.replace('</tbody>', '<tr><td><p>3</p></td><td><em>4</em></td></tr></tbody>')],
    ['a row goes', table, [/\| 1.*\n/, ''], table.replace(/<tr><td>.*<\/tr>/, '')],
    ['a new column', table, ['| A | B |\n| --- | --- |', '| A | B | C |\n| --- | --- | --- |'], table.replace(/<tr>.*<\/tr>/, `<tr><th><p>A</p></th><th><p>B</p></th><th><p>C</p></th></tr><tr><td><p>1 ${JO}</p></td><td><p>2</p></td><td><p></p></td></tr>`)],
    ['a new row where cells span', table.replace('<th>A', '<th colspan="1" rowspan="2">A'), [/$/, '| 3 | 4 |\n'], /the layout of a table/],
  ]) // prettier-ignore
})

test('W8: a page of a megabyte keeps all but the word that was changed', () => {
  const part = `<h2>Heading</h2><p>Some ${NOTED} words for ${JO}.</p>${macro('vendor', { a: 'b' })}<ul><li>x</li></ul>`
  const storage = `${part.repeat(2_500)}<p>needle</p>${part.repeat(2_500)}`
  expect(storage.length).toBeGreaterThan(1_000_000)
  const edited = applyEdit(storage, editView(storage, CONTEXT).replace('needle', 'thread'), CONTEXT)
  expect(edited).toEqual({ storage: storage.replace('needle', 'thread'), refused: [] })
})

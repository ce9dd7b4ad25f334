import { describe, expect, test } from 'vitest'
import { convertStorage, storageToHtml } from './convert.ts'
import { macro, plain, rich } from './test/storage.ts'

const CONTEXT = { baseUrl: 'https://site.atlassian.net/wiki', spaceKey: 'DOC', pageId: '77' }
const WIKI = 'https://site.atlassian.net/wiki'

type Case = [name: string, storage: string, markdown: string]

describe('text', () => {
  run([
    [
      'C3: HTML entities are known, others stay',
      '<p>a&nbsp;b&rsquo;s &copy; &#8364; &bogus;</p>',
      'a\u00a0b’s © € \\&bogus;',
    ],
    [
      'C4: tags that do not match lose no words',
      '<p>one <b>two <i>three</b> four</p><p>five</i></div> six',
      'one **two *three*** four\n\nfive six',
    ],
    ['C4: a page that ends inside a tag keeps its words', '<p>one</p><p title="two three', 'one'],
    ['a comparison is no tag', '<p>x <3 y> z</p>', 'x \\<3 y> z'],
    [
      'markup of Markdown stays text',
      '<p># a *b* _c_ [d] `e`</p><p>1. f<br/>- g</p>',
      '\\# a \\*b\\* \\_c\\_ \\[d] \\`e\\`\n\n1\\. f\\\n\\- g',
    ],
    [
      'C15: right-to-left text, CJK punctuation and emoji survive',
      '<p>مرحبا</p><p>中文<b>「强调」</b>中文👍</p>',
      'مرحبا\n\n中文<strong>「强调」</strong>中文👍',
    ],
    [
      'inline comments are transparent, hints to authors are left out',
      '<p>a <ac:inline-comment-marker ac:ref="1">b<b>c</b></ac:inline-comment-marker><ac:placeholder>type here</ac:placeholder></p>',
      'a b**c**',
    ],
  ])
})

describe('layout and panels', () => {
  const nested = macro('panel', { title: 'Outer' }, rich(macro('expand', { title: 'More' }, rich('<p>deep</p>'))))
  run([
    [
      'C1: an expand in a panel in a layout cell',
      `<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell>${nested}</ac:layout-cell><ac:layout-cell><p>b</p></ac:layout-cell></ac:layout-section></ac:layout>`,
      '> **Outer**\n>\n> **More**\n>\n> deep\n\nb',
    ],
    [
      'info, tip, note and warning become alerts',
      ['info', 'tip', 'note', 'warning'].map((name) => macro(name, {}, rich('<p>x</p>'))).join(''),
      '> [!NOTE]\n> x\n\n> [!TIP]\n> x\n\n> [!WARNING]\n> x\n\n> [!CAUTION]\n> x',
    ],
    [
      'C17: a parameter is read whole, tags and all',
      macro('info', { title: 'A <b>bold</b> title &amp; more' }, rich('<p>x</p>')),
      '> [!NOTE]\n> **A bold title & more**\n>\n> x',
    ],
    [
      'C8: a node of the new editor or its fallback, never both',
      '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute><ac:adf-content><p>node</p></ac:adf-content></ac:adf-node><ac:adf-fallback><div><p>node</p></div></ac:adf-fallback></ac:adf-extension><ac:adf-extension><ac:adf-node type="new"><ac:adf-content><p>b</p></ac:adf-content></ac:adf-node><ac:adf-fallback><p>fallback</p></ac:adf-fallback></ac:adf-extension>',
      '> [!NOTE]\n> node\n\nfallback',
    ],
    [
      'C8: a node that is unknown and has no fallback stays visible',
      '<ac:adf-extension><ac:adf-node type="new"><ac:adf-attribute key="a">b</ac:adf-attribute></ac:adf-node></ac:adf-extension>',
      '\\[macro: new | a=b]',
    ],
  ])
})

describe('tables', () => {
  run([
    [
      'C5: spans are expanded',
      '<table><colgroup><col/><col/></colgroup><tbody><tr><th colspan="2">A</th><th>B</th></tr><tr><td rowspan="2">r</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr><tr><td rowspan="0">z</td><td>5</td><td>6</td></tr><tr><td>7</td><td>8</td></tr></tbody></table>',
      '| A |  | B |\n| --- | --- | --- |\n| r | 1 | 2 |\n| r | 3 | 4 |\n| z | 5 | 6 |\n| z | 7 | 8 |',
    ],
    [
      'C5: lists, tables and code stand inside their cell',
      `<table><tbody><tr><td><ul><li>x</li><li>y</li></ul></td><td><table><tbody><tr><td>n</td><td>m</td></tr></tbody></table></td><td>${macro('code', {}, plain('a|b\nc'))}</td></tr></tbody></table>`,
      '|  |  |  |\n| --- | --- | --- |\n| • x<br>• y | n \\| m | `a\\|b`<br>`c` |',
    ],
    [
      'a column of headings is no row of headings',
      '<table><tbody><tr><th>k</th><td>v</td></tr></tbody></table>',
      '|  |  |\n| --- | --- |\n| k | v |',
    ],
    [
      'C13: macros around a table are transparent',
      macro('table-filter', {}, rich('<table><tbody><tr><th>a</th></tr><tr><td>b</td></tr></tbody></table>')),
      '| a |\n| --- |\n| b |',
    ],
  ])
})

describe('links', () => {
  run([
    [
      'C6: to a page, in this space and another',
      '<p><ac:link><ri:page ri:content-title="A &amp; B"/></ac:link> <ac:link ac:anchor="An anchor"><ri:page ri:content-title="C" ri:space-key="OPS"/><ac:link-body>see <b>C</b></ac:link-body></ac:link></p>',
      `[A & B](${WIKI}/display/DOC/A+%26+B) [see **C**](${WIKI}/display/OPS/C#An%20anchor)`,
    ],
    [
      'C6: to an anchor, a space, a blog post, content by id',
      '<p><ac:link ac:anchor="top"><ac:plain-text-link-body><![CDATA[up]]></ac:plain-text-link-body></ac:link> <ac:link><ri:space ri:space-key="OPS"/></ac:link> <ac:link><ri:blog-post ri:content-title="News" ri:posting-day="2024/05/06"/></ac:link> <ac:link><ri:content-entity ri:content-id="998"/></ac:link></p>',
      `[up](#top) [OPS](${WIKI}/display/OPS) [News](${WIKI}/display/DOC/2024/05/06/News) [Page 998](${WIKI}/pages/viewpage.action?pageId=998)`,
    ],
    [
      'C6: to attachments',
      '<p><ac:link><ri:attachment ri:filename="a b.pdf"/></ac:link> <ac:link><ri:attachment ri:filename="c.pdf"><ri:content-entity ri:content-id="5"/></ri:attachment></ac:link></p>',
      `[a b.pdf](${WIKI}/download/attachments/77/a%20b.pdf) [c.pdf](${WIKI}/download/attachments/5/c.pdf)`,
    ],
    [
      'C6, C11: to people, with a name and without',
      '<p><ac:link><ri:user ri:account-id="5b:1"/></ac:link> <ac:link><ri:user ri:account-id="5b:1"/><ac:link-body>@Jo Doe</ac:link-body></ac:link></p>',
      '@5b:1 @Jo Doe',
    ],
    [
      'C6: by a shortcut, to nothing, and where no link may lead',
      '<p><ac:link><ri:shortcut ri:key="jira" ri:parameter="A-1"/></ac:link> <ac:link><ac:link-body>none</ac:link-body></ac:link> <a href="javascript:x">js</a></p>',
      'A-1@jira none js',
    ],
    [
      'C14: smart links',
      `<p><a href="${WIKI}/spaces/DOC/pages/123/T" data-card-appearance="inline">${WIKI}/spaces/DOC/pages/123/T</a> <a href="/wiki/x/abc">tiny</a></p>`,
      `<${WIKI}/spaces/DOC/pages/123/T> [tiny](${WIKI}/x/abc)`,
    ],
    [
      'images, of this page and elsewhere',
      '<p><ac:image ac:alt="Alt"><ri:attachment ri:filename="Ü.png"/></ac:image> <ac:image><ri:url ri:value="https://x.example/y.png"/></ac:image></p>',
      `![Alt](${WIKI}/download/attachments/77/%C3%9C.png) ![](https://x.example/y.png)`,
    ],
    [
      'C15: file names composed and decomposed stay the two that they are',
      ['Z\u00fcge 中.pdf', 'Zu\u0308ge 中.pdf']
        .map((name) => `<p><ac:link><ri:attachment ri:filename="${name}"/></ac:link></p>`)
        .join(''),
      `[Z\u00fcge 中.pdf](${WIKI}/download/attachments/77/Z%C3%BCge%20%E4%B8%AD.pdf)\n\n[Zu\u0308ge 中.pdf](${WIKI}/download/attachments/77/Zu%CC%88ge%20%E4%B8%AD.pdf)`,
    ],
  ])
})

describe('macros', () => {
  run([
    [
      'C2, C9: code with CDATA put together, languages named as fences name them',
      macro(
        'code',
        { language: 'c#', title: 'a.cs', theme: 'Eclipse' },
        '<ac:plain-text-body><![CDATA[a[b[0]]]]><![CDATA[>1 ]] > c]]></ac:plain-text-body>',
      ),
      '**a.cs**\n\n```csharp\na[b[0]]>1 ]] > c\n```',
    ],
    [
      'C9: code without a language, with a fence inside',
      macro('code', { language: 'none' }, plain('```\nx')) + macro('noformat', {}, plain('a\n  b')),
      '````\n```\nx\n````\n\n```\na\n  b\n```',
    ],
    [
      'C10: status and emoticons',
      `<p>${macro('status', { title: 'DONE', colour: 'Green' })}${macro('status', { title: 'B' })} <ac:emoticon ac:name="tick"/><ac:emoticon ac:name="x" ac:emoji-id="1f973" ac:emoji-fallback=":p:"/><ac:emoticon ac:emoji-shortname=":acme:" ac:emoji-id="abcdef12-1"/></p>`,
      '`DONE` `B` ✅🥳:acme:',
    ],
    [
      'C11: tasks with people and dates',
      '<ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body><ac:link><ri:user ri:account-id="u1"/></ac:link> by <time datetime="2024-05-01"/></ac:task-body></ac:task><ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body>b</ac:task-body></ac:task></ac:task-list>',
      '- [x] @u1 by 2024-05-01\n- [ ] b',
    ],
    [
      'C12: drawn diagrams lead to their source, written ones are code',
      macro('drawio', { diagramName: 'net' }) +
        macro('gliffy', { name: 'g' }) +
        macro('plantuml', {}, plain('A->B')) +
        macro('mermaid', {}, plain('graph TD')),
      `[draw.io diagram: net](${WIKI}/download/attachments/77/net)\n\n[Gliffy diagram: g](${WIKI}/download/attachments/77/g)\n\n\`\`\`plantuml\nA->B\n\`\`\`\n\n\`\`\`mermaid\ngraph TD\n\`\`\``,
    ],
    [
      'C13: Markdown and HTML macros are what they hold',
      macro('markdown', {}, plain('# Hi\n\n* a')) + macro('html', {}, plain('<p>b <script>c</script></p>')),
      '# Hi\n\n* a\n\nb',
    ],
    [
      'Jira issues and queries',
      `<p>${macro('jira', { key: 'A-1' })}</p>${macro('jira', { server: 'ASF JIRA', key: 'B-2' })}${macro('jira', { jqlQuery: 'project = X' })}`,
      '[A-1](https://site.atlassian.net/browse/A-1)\n\nB-2\n\n*Jira issues: project = X*',
    ],
    [
      'what Confluence fills in is named',
      macro('toc') + macro('children', { all: 'true' }) + macro('contentbylabel', { cql: 'label = "x"' }),
      '*Table of contents*\n\n*Child pages*\n\n*Content by label: label = "x"*',
    ],
    [
      'C7: includes lead to their page',
      macro('include', { '': '<ac:link><ri:page ri:content-title="P" ri:space-key="S"/></ac:link>' }) +
        macro('excerpt-include', { '': 'S:Q' }),
      `Included page: [P](${WIKI}/display/S/P)\n\nExcerpt of: [Q](${WIKI}/display/S/Q)`,
    ],
    [
      'C7: includes of the page itself and of one title in two spaces lead to each, and none is followed',
      [
        '<ri:content-entity ri:content-id="77"/>',
        '<ri:page ri:content-title="P"/>',
        '<ri:page ri:content-title="P" ri:space-key="S"/>',
      ]
        .map((page) => macro('include', { '': `<ac:link>${page}</ac:link>` }))
        .join(''),
      `Included page: [Page 77](${WIKI}/pages/viewpage.action?pageId=77)\n\nIncluded page: [P](${WIKI}/display/DOC/P)\n\nIncluded page: [P](${WIKI}/display/S/P)`,
    ],
    [
      'C18: old macros of wiki markup',
      '<ac:macro ac:name="jira"><ac:default-parameter>A-1</ac:default-parameter></ac:macro><ac:macro ac:name="note"><ac:parameter ac:name="title">T</ac:parameter><ac:rich-text-body><p>b</p></ac:rich-text-body></ac:macro>',
      '[A-1](https://site.atlassian.net/browse/A-1)\n\n> [!WARNING]\n> **T**\n>\n> b',
    ],
    [
      'C19: unknown ones stay visible as themselves',
      `<p>In ${macro('vendor', { width: '1', page: '<ri:page ri:content-title="P"/>' })} text</p>${macro('rich', { '': 'x' }, rich('<p>Body</p>'))}${macro('constructor', {}, plain('raw *body*'))}`,
      'In \\[macro: vendor | width=1 | page=P] text\n\n\\[macro: rich | x]\n\nBody\n\n\\[macro: constructor]\n\n```\nraw *body*\n```',
    ],
    ['anchors are silent', `<h2>${macro('anchor', { '': 'here' })}Title</h2>`, '## Title'],
    [
      'formulas',
      `<p>${macro('mathinline', { body: 'x_1' })}</p>${macro('mathblock', {}, plain('y'))}`,
      '$`x_1`$\n\n```math\ny\n```',
    ],
  ])
})

test('text for search has words, cells by spaces and code, but no addresses and no switches', () => {
  const storage = `<h1>Title</h1><p>See <a href="https://x.example/y">this</a>&nbsp;<b>now</b></p><table><tbody><tr><td>a</td><td><p>b</p><p>c</p></td></tr></tbody></table>
    ${macro('code', { title: 'f.sh' }, plain('ls -l'))}${macro('vendor', { caption: 'Two words', width: '100', id: 'a1' })}<p><a href="https://x.example/z"></a></p>`
  expect(convertStorage(storage, CONTEXT).text).toBe(
    'Title\nSee this now\na b c\nf.sh\nls -l\nTwo words\nhttps://x.example/z',
  )
})

test('headings come one a line, from wherever they stand', () => {
  const storage = `<h1>A <b>b</b></h1><table><tbody><tr><td><h3>C</h3></td></tr></tbody></table>${macro('expand', {}, rich('<h2>D</h2>'))}<h2> </h2>`
  expect(convertStorage(storage, CONTEXT).headings).toBe('A b\nC\nD')
})

test('links are page ids where the address holds one, else addresses, each once', () => {
  const storage = `<p><a href="${WIKI}/spaces/DOC/pages/123/T">a</a><a href="/wiki/pages/viewpage.action?pageId=123">b</a><ac:link><ri:content-entity ri:content-id="9"/></ac:link><a href="https://x.example/pages/5">c</a><a href="#top">d</a></p>`
  expect(convertStorage(storage, CONTEXT).links).toEqual(['123', '9', 'https://x.example/pages/5'])
})

test('a page without a space links to a search, an attachment without a page to its name', () => {
  const storage =
    '<p><ac:link><ri:page ri:content-title="T"/></ac:link> <ac:link><ri:attachment ri:filename="f.txt"/></ac:link></p>'
  const { markdown } = convertStorage(storage, { baseUrl: 'https://host.example/confluence/' })
  expect(markdown).toBe('[T](https://host.example/confluence/search?text=T) [f.txt](f.txt)\n')
})

test('C19: an unknown macro is a box with its name, its parameters and its body', () => {
  expect(storageToHtml(macro('vendor', { key: 'v<1>' }, rich('<p>Body</p>')), CONTEXT)).toBe(
    '<div class="lk-macro" role="group" aria-label="Macro vendor">\n<p class="lk-macro-name">vendor</p>\n' +
      '<dl class="lk-macro-parameters"><dt>key</dt><dd>v&lt;1&gt;</dd></dl>\n<div class="lk-macro-body">\n<p>Body</p>\n</div>\n</div>\n',
  )
})

function run(cases: Case[]): void {
  test.each(cases)('%s', (_, storage, markdown) => {
    expect(convertStorage(storage, CONTEXT).markdown).toBe(`${markdown}\n`)
  })
}

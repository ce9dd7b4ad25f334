import { describe, expect, test } from 'vitest'
import { convertStorage } from './convert.ts'
import { markdownToStorage } from './from-markdown.ts'
import { macro, plain, rich } from './test/storage.ts'

const CONTEXT = { baseUrl: 'https://site.atlassian.net/wiki', spaceKey: 'DOC', pageId: '77' }

describe('Markdown becomes storage format', () => {
  test.each([
    ['headings, marks and breaks', '## A *b*\n\na **b** ~~c~~ `d & e`\\\nf', '<h2>A <em>b</em></h2><p>a <strong>b</strong> <del>c</del> <code>d &amp; e</code><br/>f</p>'],
    ['lists in lists', '3. a\n   - b\n4. c', '<ol start="3"><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ol>'],
    ['tasks', '- [x] a\n- [ ] *b*', '<ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>a</ac:task-body></ac:task><ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body><em>b</em></ac:task-body></ac:task></ac:task-list>'],
    ['code', '```js\na ]]> b\n```', macro('code', { language: 'js' }, plain('a ]]]]><![CDATA[> b'))],
    ['tables', '| a | b |\n|---|:-:|\n| c |  |', '<table><tbody><tr><th><p>a</p></th><th><p style="text-align: center;">b</p></th></tr><tr><td><p>c</p></td><td><p style="text-align: center;"></p></td></tr></tbody></table>'],
    ['quotes and alerts', '> q\n\n> [!WARNING]\n> w', `<blockquote><p>q</p></blockquote>${macro('note', {}, rich('<p>w</p>'))}`],
    ['links, by name and bare', '[a](<x y>) [b][1] https://x.example/?a&b\n\n[1]: https://y.example "T"', '<p><a href="x y">a</a> <a href="https://y.example" title="T">b</a> <a href="https://x.example/?a&amp;b">https://x.example/?a&amp;b</a></p>'],
    ['images elsewhere and of the page', '![A "b"](https://x.example/y.png) ![](n%20m.png)', '<p><ac:image ac:alt="A &quot;b&quot;"><ri:url ri:value="https://x.example/y.png"/></ac:image> <ac:image><ri:attachment ri:filename="n m.png"/></ac:image></p>'],
    ['HTML is text', 'a <b onclick="x">b</b> <u>c</u> <u>\n\n<script>d</script>', '<p>a &lt;b onclick="x"&gt;b&lt;/b&gt; <u>c</u> &lt;u&gt;</p><p>&lt;script&gt;d&lt;/script&gt;</p>'],
    ['addresses that run are none', '[a](javascript:alert(1)) ![b](data:text/html,x)', '<p>a b</p>'],
    ['characters that XML has no place for', 'a\u0008b\ud800c', '<p>ab\ufffdc</p>'],
    ['nothing', '', ''],
  ])('%s', (_, markdown, storage) => {
    expect(markdownToStorage(markdown, CONTEXT)).toBe(storage)
  }) // prettier-ignore

  test('and reads as it was written', () => {
    const markdown = '# T\n\n- a\n- b\n\n| h | i |\n| --- | --- |\n| 1 | **2** |\n\n> q\n\n___\n\n```python\nx\n```\n'
    expect(convertStorage(markdownToStorage(markdown, CONTEXT), CONTEXT).markdown).toBe(markdown)
  })
})

test.each([
  ['quotes', `${'>'.repeat(20_000)} a`],
  ['lists', `${'- '.repeat(20_000)}a`],
  ['stars', '*a '.repeat(10_000) + 'b*'.repeat(10_000)],
  ['tight stars', '*a*b'.repeat(10_000)],
  ['low lines', 'a_ '.repeat(10_000)],
  ['brackets', '[a'.repeat(10_000) + ']'.repeat(10_000)],
])('hostile %s are written, and end', (_, markdown) => {
  expect(markdownToStorage(markdown, CONTEXT)).toContain('a')
})

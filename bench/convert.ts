import { convertStorage } from '#server/connectors/confluence/storage/convert.ts'
import { pathToFileURL } from 'node:url'

const CONTEXT = { baseUrl: 'https://bench.atlassian.net/wiki', spaceKey: 'BENCH', pageId: '1' }
const WARM_UP_MILLIS = 1_000
const MEASURED_MILLIS = 3_000

/**
 * Converts generated pages of about 7 KB to Markdown and text together, on this one thread. `docsPerSecond` counts
 * seconds of processor time, garbage collection included, so that other work on the machine does not change it;
 * `bytes` is the mean length of a page.
 */
export async function benchConvert(): Promise<{ docsPerSecond: number; bytes: number }> {
  const pages = Array.from({ length: 50 }, (_, index) => storagePage(index + 1))
  const bytes = pages.reduce((sum, page) => sum + Buffer.byteLength(page), 0) / pages.length
  run(pages, WARM_UP_MILLIS)
  return { docsPerSecond: Math.round(run(pages, MEASURED_MILLIS)), bytes: Math.round(bytes) }
}

/** Documents per second of processor time, over at least so many milliseconds of it. */
function run(pages: string[], millis: number): number {
  const start = process.cpuUsage()
  let spent = 0
  let count = 0
  let written = 0
  while (spent < millis) {
    for (const page of pages) {
      const { markdown, text } = convertStorage(page, CONTEXT)
      written += markdown.length + text.length
      count++
    }
    const { user, system } = process.cpuUsage(start)
    spent = (user + system) / 1_000
  }
  if (written === 0) throw new Error('The conversion wrote nothing.')
  return (count / spent) * 1_000
}

/** A page as support teams write them: sections of prose with marks and links, lists, a table, code, panels, tasks. */
function storagePage(seed: number): string {
  const random = generator(seed)
  let page = `<ac:structured-macro ac:name="toc" ac:schema-version="1"><ac:parameter ac:name="maxLevel">3</ac:parameter></ac:structured-macro>`
  for (let section = 0; page.length < 6_800; section++) {
    page += `<h2>${words(random, 4)}</h2>${PARTS[section % PARTS.length]?.(random) ?? ''}${paragraph(random)}`
  }
  return page
}

type Random = (below: number) => number
type Part = (random: Random) => string

const PARTS: Part[] = [
  (random) => paragraph(random) + paragraph(random),
  (random) => `<ul>${repeat(5, () => `<li><p>${sentence(random)}</p></li>`)}</ul>`,
  (random) => macro('info', `<ac:rich-text-body>${paragraph(random)}</ac:rich-text-body>`),
  (random) =>
    `<table data-layout="default"><tbody><tr>${repeat(3, () => `<th><p>${words(random, 2)}</p></th>`)}</tr>${repeat(
      5,
      () => `<tr>${repeat(3, () => `<td><p>${words(random, 5)}</p></td>`)}</tr>`,
    )}</tbody></table>`,
  (random) =>
    macro(
      'code',
      `<ac:parameter ac:name="language">bash</ac:parameter><ac:plain-text-body><![CDATA[${repeat(
        6,
        () => `${words(random, 3)} --${words(random, 1)}=$HOME && echo "${words(random, 2)}"\n`,
      )}]]></ac:plain-text-body>`,
    ),
  (random) => `<ol>${repeat(4, () => `<li>${sentence(random)}<ul><li>${words(random, 6)}</li></ul></li>`)}</ol>`,
  (random) =>
    `<ac:task-list>${repeat(
      3,
      (index) =>
        `<ac:task><ac:task-id>${index}</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>${words(random, 6)} <time datetime="2026-03-01" /></ac:task-body></ac:task>`,
    )}</ac:task-list>`,
]

function paragraph(random: Random): string {
  const link = `<ac:link><ri:page ri:content-title="${words(random, 3)}" /><ac:link-body>${words(random, 2)}</ac:link-body></ac:link>`
  const status = macro(
    'status',
    `<ac:parameter ac:name="title">DONE</ac:parameter><ac:parameter ac:name="colour">Green</ac:parameter>`,
  )
  return `<p local-id="${random(1e9)}">${sentence(random)} ${link} <strong>${words(random, 2)}</strong>&nbsp;&mdash; ${sentence(random)} <code>${words(random, 1)}_${words(random, 1)}</code> <a href="https://example.com/${words(random, 1)}?a=1&amp;b=2">${words(random, 2)}</a>, ${random(4) === 0 ? status : words(random, 3)}.</p>`
}

function macro(name: string, body: string): string {
  return `<ac:structured-macro ac:name="${name}" ac:schema-version="1">${body}</ac:structured-macro>`
}

function sentence(random: Random): string {
  return `${words(random, 9 + random(8))}.`
}

function words(random: Random, count: number): string {
  return repeat(count, (index) => (index === 0 ? '' : ' ') + (WORDS[random(WORDS.length)] ?? ''))
}

function repeat(count: number, piece: (index: number) => string): string {
  let text = ''
  for (let index = 0; index < count; index++) text += piece(index)
  return text
}

/** Numerical Recipes' linear congruential generator: the same pages on every machine. */
function generator(seed: number): Random {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const WORDS =
  'the customer opens a ticket when payment fails after renewal and support checks account status billing region log export queue retry limit token project release invoice refund webhook server cache backup restore gateway session timeout upgrade policy review owner team page space draft approved it is for with to of in on at by'.split(
    ' ',
  )

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  void benchConvert().then(({ docsPerSecond, bytes }) =>
    console.log(`${docsPerSecond} documents/s of ${bytes} bytes, Markdown and text together, on one core`),
  )
}

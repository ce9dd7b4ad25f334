import { createHash } from 'node:crypto'

type Parameters = Record<string, string>
type LinkTarget = { space?: string; anchor?: string; text?: string; markup?: string }

/** Text made safe for an element's body or a double-quoted attribute. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

/** A CDATA section; an inner `]]>` is split over two sections, as Confluence does. */
export function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

/** A structured macro. Parameter values are storage format already; the macro id follows from the content. */
export function macro(name: string, parameters: Parameters = {}, body: { rich?: string; plain?: string } = {}): string {
  const inner =
    Object.entries(parameters)
      .map(([key, value]) => `<ac:parameter ac:name="${key}">${value}</ac:parameter>`)
      .join('') +
    (body.rich === undefined ? '' : `<ac:rich-text-body>${body.rich}</ac:rich-text-body>`) +
    (body.plain === undefined ? '' : `<ac:plain-text-body>${cdata(body.plain)}</ac:plain-text-body>`)
  const id = stableId(name + inner)
  return `<ac:structured-macro ac:name="${name}" ac:schema-version="1" ac:macro-id="${id}">${inner}</ac:structured-macro>`
}

export function panel(kind: 'info' | 'tip' | 'note' | 'warning', rich: string, title?: string): string {
  return macro(kind, title === undefined ? {} : { title }, { rich })
}

export function code(language: string, plain: string, parameters: Parameters = {}): string {
  return macro('code', { language, ...parameters }, { plain })
}

export function expand(title: string, rich: string): string {
  return macro('expand', { title }, { rich })
}

export function status(colour: 'Grey' | 'Red' | 'Yellow' | 'Green' | 'Blue' | 'Purple', title: string): string {
  return macro('status', { colour, title })
}

export function toc(maxLevel = 3): string {
  return macro('toc', { minLevel: '2', maxLevel: String(maxLevel), outline: 'false', style: 'disc' })
}

/** A Jira issue by its key. */
export function jiraIssue(key: string): string {
  return macro('jira', { server: 'System Jira', serverId: '4f0b6c1e-7d2a-3b95-8e1c-92a5d3f7060b', key })
}

/** A link to a page of this space or another; without `text` or `markup` Confluence shows the page's title. */
export function page(title: string, target: LinkTarget = {}): string {
  const anchor = target.anchor === undefined ? '' : ` ac:anchor="${escapeText(target.anchor)}"`
  const space = target.space === undefined ? '' : ` ri:space-key="${target.space}"`
  return `<ac:link${anchor}><ri:page${space} ri:content-title="${escapeText(title)}" />${linkBody(target)}</ac:link>`
}

export function user(accountId: string): string {
  return `<ac:link><ri:user ri:account-id="${accountId}" /></ac:link>`
}

export function day(date: string): string {
  return `<time datetime="${date}" />`
}

/** Puts another page's content, or its excerpt, in place. */
export function include(name: 'include' | 'excerpt-include', title: string, space?: string): string {
  return macro(name, { '': page(title, space === undefined ? {} : { space }) })
}

/** A table whose first row is the header; cells are storage format. */
export function table(head: string[], rows: string[][]): string {
  const header = `<tr>${head.map((cell) => `<th><p>${cell}</p></th>`).join('')}</tr>`
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${paragraph(cell)}</td>`).join('')}</tr>`).join('')
  return `<table data-layout="default"><tbody>${header}${body}</tbody></table>`
}

export function list(items: string[]): string {
  return `<ul>${items.map((item) => `<li>${paragraph(item)}</li>`).join('')}</ul>`
}

export function steps(items: string[]): string {
  return `<ol start="1">${items.map((item) => `<li>${paragraph(item)}</li>`).join('')}</ol>`
}

/** A task list; ids count up from `firstId`. */
export function tasks(items: { body: string; done?: boolean }[], firstId = 1): string {
  const one = (item: { body: string; done?: boolean }, index: number) =>
    `<ac:task><ac:task-id>${firstId + index}</ac:task-id><ac:task-uuid>${stableId(item.body)}</ac:task-uuid>` +
    `<ac:task-status>${item.done === true ? 'complete' : 'incomplete'}</ac:task-status>` +
    `<ac:task-body><span class="placeholder-inline-tasks">${item.body}</span></ac:task-body></ac:task>`
  return `<ac:task-list ac:task-list-id="${stableId(items.map((item) => item.body).join())}">${items.map(one).join('')}</ac:task-list>`
}

/** Text that an inline comment is pinned to. */
export function marked(text: string): string {
  return `<ac:inline-comment-marker ac:ref="${stableId(`marker ${text}`)}">${text}</ac:inline-comment-marker>`
}

function linkBody(target: LinkTarget): string {
  if (target.markup !== undefined) return `<ac:link-body>${target.markup}</ac:link-body>`
  if (target.text === undefined) return ''
  return `<ac:plain-text-link-body>${cdata(target.text)}</ac:plain-text-link-body>`
}

/** Block content stays as it is; running text becomes a paragraph. */
function paragraph(cell: string): string {
  return /^<(p|ul|ol|table|ac:structured-macro ac:name="(code|info|note))/.test(cell) ? cell : `<p>${cell}</p>`
}

function stableId(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

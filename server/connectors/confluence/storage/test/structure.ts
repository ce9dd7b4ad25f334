import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'

/** What two Markdown documents must share to say the same: everything but the wording of their marks. */
export type Structure = { headings: string[]; links: string[]; code: string[]; tables: string[] }

/** What the tests read of a parsed document. */
export type MarkdownNode = {
  type: string
  depth?: number | undefined
  value?: string | undefined
  alt?: string | null | undefined
  url?: string | undefined
  lang?: string | null | undefined
  children?: MarkdownNode[] | undefined
}

const parser = unified().use(remarkParse).use(remarkGfm)

export function parseMarkdown(markdown: string): { children: MarkdownNode[] } & MarkdownNode {
  return parser.parse(markdown)
}

/** The text a reader sees, HTML tags left out; breaks are new lines. */
export function plainText(node: MarkdownNode): string {
  if (node.type === 'html') return ''
  if (node.type === 'break') return '\n'
  return node.value ?? node.alt ?? (node.children ?? []).map((child) => plainText(child)).join('')
}

/** Headings with their level, links with text and outside address, code with language, tables cell by cell. */
export function structureOf(markdown: string): Structure {
  const structure: Structure = { headings: [], links: [], code: [], tables: [] }
  visit(parseMarkdown(withoutFrontMatter(markdown)), structure)
  return structure
}

function visit(node: MarkdownNode, into: Structure): void {
  const text = words(plainText(node))
  const children = node.children ?? []
  if (node.type === 'heading') into.headings.push(`${node.depth} ${text.replace(/ \{#[^}]*\}$/, '')}`)
  if (node.type === 'link') into.links.push(`${text.replace(/^mailto:/, '')} → ${address(node.url ?? '')}`)
  if (node.type === 'code') into.code.push(`${language(node.lang ?? '')}: ${node.value?.trim()}`)
  if (node.type === 'table') into.tables.push(children.map(rowText).join('\n'))
  for (const child of children) visit(child, into)
}

function rowText(row: MarkdownNode): string {
  return (row.children ?? []).map((cell) => words(plainText(cell))).join(' | ')
}

/** Addresses inside the wiki are the publisher's choice; those outside must be the same. */
function address(url: string): string {
  if (url.startsWith('#')) return '#'
  return /^(?:https?|mailto):/.test(url) && !url.startsWith('https://site.example') ? url : 'page'
}

/** Publishers replace languages that Confluence lacks, so a language it does not know is none. */
function language(name: string): string {
  return KNOWN.has(name) ? name : ''
}

const KNOWN = new Set(['python', 'java', 'javascript', 'json', 'ruby', 'bash', 'sh', 'c', 'mermaid', 'd2'])

function words(text: string): string {
  return text.replace(/[\s\u00a0]+/g, ' ').trim()
}

function withoutFrontMatter(markdown: string): string {
  return markdown.replace(/^---\n[\s\S]*?\n---\n/, '')
}

/** All files below a folder, as paths relative to it, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

import type { LinkContext } from './addresses.ts'
import { buildTree } from './build/build.ts'
import { headingText } from './headings.ts'
import { printHtml } from './print-html.ts'
import { printMarkdown } from './print-markdown.ts'
import { printText } from './print-text.ts'

export type { LinkContext } from './addresses.ts'

export type Converted = {
  /** GitHub-flavoured Markdown. */
  markdown: string
  /** Plain words for search: blocks on lines of their own, table cells by spaces, code included. */
  text: string
  /** The heading texts, one a line. */
  headings: string
  /** External page ids or absolute addresses linked to, each once, at most 1,000. */
  links: string[]
}

/**
 * Storage format as Markdown and text. Never throws: what cannot be parsed stays as text, an unknown macro stays
 * visible as itself. Takes time in proportion to the length of the page.
 */
export function convertStorage(storage: string, context: LinkContext): Converted {
  const { blocks, links } = buildTree(storage, context)
  return { markdown: printMarkdown(blocks), text: printText(blocks), headings: headingText(blocks), links: [...links] }
}

/**
 * The rendered page. Safe by construction: tags and attributes are written here, every text of the page is escaped,
 * addresses are http, https, mailto or relative.
 */
export function storageToHtml(storage: string, context: LinkContext): string {
  return printHtml(buildTree(storage, context).blocks)
}

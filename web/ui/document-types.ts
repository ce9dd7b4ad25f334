import type { DocumentType } from '#schema/document.ts'

/** What people call the kinds of documents. */
export const typeNames: Record<DocumentType, string> = {
  page: 'Page',
  blogpost: 'Blog post',
  folder: 'Folder',
  whiteboard: 'Whiteboard',
  database: 'Database',
  embed: 'Embed',
}

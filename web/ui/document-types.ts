import { DocumentType } from '#schema/document.ts'

/** What people call the kinds of documents. */
export const typeNames: Record<DocumentType, string> = {
  page: 'Page',
  blogpost: 'Blog post',
  folder: 'Folder',
  whiteboard: 'Whiteboard',
  database: 'Database',
  embed: 'Embed',
}

/** Of what may also be no document, such as a space: that keeps the word it comes with. */
export function typeNameOf(type: string): string {
  const { data } = DocumentType.safeParse(type)
  return data === undefined ? type : typeNames[data]
}

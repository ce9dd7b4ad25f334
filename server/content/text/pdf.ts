/** The words of PDF files, by pdf.js. */
import { gather, Unreadable } from './outcome.ts'

const MOST_PAGES = 3_000

/** The text page by page. Throws Unreadable for what is encrypted or broken. */
export async function pdfText(bytes: Uint8Array): Promise<string> {
  const { getDocumentProxy } = await import('unpdf')
  const options = { isEvalSupported: false, useSystemFonts: false, disableFontFace: true, verbosity: 0 }
  const pdf = await getDocumentProxy(bytes, options).catch((error: unknown) => {
    const isLocked = error instanceof Error && error.name === 'PasswordException'
    throw new Unreadable(isLocked ? 'The PDF is protected by a password.' : 'The PDF is broken and could not be read.')
  })
  const into = gather()
  let unread = 0
  for (let number = 1; number <= Math.min(pdf.numPages, MOST_PAGES) && !into.isFull; number += 1) {
    try {
      const page = await pdf.getPage(number)
      const { items } = await page.getTextContent()
      for (const item of items) {
        if (!('str' in item)) continue
        into.add(item.str)
        if (item.hasEOL) into.newLine()
      }
      page.cleanup()
    } catch {
      unread += 1
    }
    into.newLine()
  }
  if (into.text.trim() === '' && unread > 0) throw new Unreadable('The pages of the PDF are broken.')
  return into.text
}

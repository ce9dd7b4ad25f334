import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { splitBlocks } from './blocks.ts'
import { applyEdit, editView } from './edit-view.ts'
import { filesBelow } from './test/structure.ts'

const CONTEXT = { baseUrl: 'https://site.atlassian.net/wiki', spaceKey: 'DOC', pageId: '77' }
const FOLDER = join(import.meta.dirname, '../../../../../shared/fixtures/storage')

const present = existsSync(FOLDER)
if (!present) console.warn(`SKIPPED: the storage format fixtures are not at ${FOLDER}; no edit of them was tried.`)

describe.skipIf(!present)('documents in storage format', () => {
  const files = present ? filesBelow(FOLDER).filter((file) => /\.(?:xml|xhtml|html)$/.test(file)) : []

  test.each(files)('W3: %s comes back byte for byte when nothing was edited', (file) => {
    const storage = readFileSync(join(FOLDER, file), 'utf8')
    expect(
      splitBlocks(storage)
        .map((piece) => piece.raw)
        .join(''),
    ).toBe(storage)
    expect(applyEdit(storage, editView(storage, CONTEXT), CONTEXT)).toEqual({ storage, refused: [] })
  })

  test.each(files)('%s takes a new word in every line of text, and changes nothing else', (file) => {
    const storage = readFileSync(join(FOLDER, file), 'utf8')
    const lines = editView(storage, CONTEXT).split('\n')
    for (const [index, line] of lines.entries()) {
      // A line of words alone: no table, no link, no kept line.
      if (!/^[\p{L} ,.]{8,}$/u.test(line)) continue
      const edited = lines.with(index, line.replace(/\p{L}+(?=[ ,.]|$)/u, 'Zebra')).join('\n')
      const { storage: after, refused } = applyEdit(storage, edited, CONTEXT)
      expect(refused, line).toEqual([])
      expect(withoutWord(after, storage), line).toBe(true)
    }
  })
})

/** True where two texts differ in one stretch, and in the new one that is the new word. */
function withoutWord(after: string, before: string): boolean {
  const at = after.indexOf('Zebra')
  const rest = after.slice(at + 'Zebra'.length)
  return at >= 0 && before.startsWith(after.slice(0, at)) && before.endsWith(rest) && !rest.includes('Zebra')
}

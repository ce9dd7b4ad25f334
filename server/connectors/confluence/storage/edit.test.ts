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

  test.each(files)('%s comes back byte for byte when nothing was edited', (file) => {
    const storage = readFileSync(join(FOLDER, file), 'utf8')
    expect(splitBlocks(storage).map((piece) => piece.raw).join('')).toBe(storage) // prettier-ignore
    expect(applyEdit(storage, editView(storage, CONTEXT), CONTEXT)).toEqual({ storage, refused: [] })
  })
})

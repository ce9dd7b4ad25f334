import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { convertStorage, storageToHtml } from './convert.ts'
import { filesBelow, structureOf, type Structure } from './test/structure.ts'

const FOLDER = join(import.meta.dirname, '../../../../../shared/fixtures/storage')
const CONTEXT = { baseUrl: 'https://site.example/wiki', spaceKey: 'DOC', pageId: '77' }
const README = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')

/** Twins that were not written to come back: the publisher that made the pair changed what it read. */
const CHANGED: Record<string, readonly (keyof Structure)[]> = {
  'mark/admonitions.md': ['code'],
  'mark/links.md': ['links'],
  'mark/macro-include.md': ['links'],
  'mark/mention.md': ['links'],
  'md2conf/admonition.md': ['links', 'code'],
  'md2conf/extension.md': ['code'],
  'md2conf/footnote.md': ['links'],
  'md2conf/macro.md': ['code'],
  'md2conf/math.md': ['code'],
  'md2conf/mermaid.md': ['links', 'code'],
  'md2conf/missing.md': ['links'],
  'md2conf/plantuml.md': ['links', 'code'],
  'md2conf/table.md': ['tables'],
  'md2conf/tags.md': ['tables'],
}

const present = existsSync(FOLDER)
if (!present) console.warn(`SKIPPED: the storage format fixtures are not at ${FOLDER}; nothing was compared.`)

describe.skipIf(!present)('documents in storage format', () => {
  const files = present ? filesBelow(FOLDER) : []
  const documents = files.filter((file) => /\.(?:xml|xhtml|html)$/.test(file))
  const twins = files.filter((file) => file.endsWith('.md'))

  test.each(documents)('%s becomes Markdown, text and HTML', (file) => {
    const storage = readFileSync(join(FOLDER, file), 'utf8')
    const { markdown, text } = convertStorage(storage, CONTEXT)
    expect(markdown.trim(), 'Markdown').not.toBe('')
    expect(text.trim(), 'text').not.toBe('')
    expect(storageToHtml(storage, CONTEXT).trim(), 'HTML').not.toBe('')
    expect(markdown, 'tags of storage format are gone').not.toMatch(/<\/?(?:ac|ri):/)
  })

  test.each(twins)('%s has the structure of its document, but for what its publisher changed', (file) => {
    expect(differences(file)).toEqual(CHANGED[file] ?? [])
  })

  test('the README says how many convert and how many agree', () => {
    const agreeing = twins.filter((file) => !(file in CHANGED)).length
    expect(README).toContain(`${documents.length} of ${documents.length} documents convert`)
    expect(README).toContain(`${agreeing} of ${twins.length} Markdown twins agree`)
    for (const file of Object.keys(CHANGED)) expect(README).toContain(`\`${file}\``)
  })
})

function differences(file: string): (keyof Structure)[] {
  const stem = join(FOLDER, file.slice(0, -3))
  const path = ['.xml', '.html', '-stripnewlines.html', '-droph1.html'].map((end) => stem + end).find(existsSync)
  if (path === undefined) throw new Error(`${file} has no document in storage format beside it.`)
  const wanted = structureOf(readFileSync(`${stem}.md`, 'utf8'))
  const got = structureOf(convertStorage(readFileSync(path, 'utf8'), CONTEXT).markdown)
  const aspects = ['headings', 'links', 'code', 'tables'] as const
  return aspects.filter((aspect) => JSON.stringify(wanted[aspect]) !== JSON.stringify(got[aspect]))
}

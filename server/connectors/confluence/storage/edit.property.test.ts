import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitBlocks } from './blocks.ts'
import { applyEdit, editView } from './edit-view.ts'
import { markdownToStorage } from './from-markdown.ts'
import { mergeStorage } from './merge.ts'
import { diffStorage } from './diff.ts'
import { tagSoup, trickyText } from './test/arbitraries.ts'
import { documents } from './test/documents.ts'

const CONTEXT = { baseUrl: 'https://site.atlassian.net/wiki', spaceKey: 'DOC', pageId: '77' }
const RUNS = { numRuns: 300 }

function raws(storage: string): string[] {
  return splitBlocks(storage).map((piece) => piece.raw)
}

test('W3, W4: a document that was not edited keeps every byte', () => {
  fc.assert(
    fc.property(fc.oneof(documents, tagSoup), (storage) => {
      expect(raws(storage).join('')).toBe(storage)
      expect(applyEdit(storage, editView(storage, CONTEXT), CONTEXT)).toEqual({ storage, refused: [] })
    }),
    { numRuns: 1_000 },
  )
})

test('a word that is changed changes its place alone, whatever is around it', () => {
  fc.assert(
    fc.property(documents, fc.nat(), (storage, seed) => {
      const view = editView(storage, CONTEXT)
      const words = [...view.matchAll(/w\d{4}/g)]
      const word = words[seed % words.length]?.[0] ?? ''
      fc.pre(word !== '')
      const edited = applyEdit(storage, view.replaceAll(word, 'Zebra & Co'), CONTEXT)
      expect(edited.refused).toEqual([])
      const text = storage.includes(`<![CDATA[`) && storage.split(word)[0]?.lastIndexOf('<![CDATA[') !== -1
      const plain = storage.replace(word, 'Zebra & Co')
      expect([storage.replace(word, 'Zebra &amp; Co'), text ? plain : '']).toContain(edited.storage)
    }),
    RUNS,
  )
})

test('whatever is written into a block, no other block changes', () => {
  fc.assert(
    fc.property(documents, fc.nat(), trickyText, (storage, seed, text) => {
      const view = editView(storage, CONTEXT)
      const words = [...view.matchAll(/w\d{4}/g)]
      const word = words[seed % words.length]
      fc.pre(word !== undefined && !/[\n\r]/.test(text))
      const edited = applyEdit(storage, view.replace(word?.[0] ?? '', `${word?.[0]} ${text} x`), CONTEXT)
      if (edited.refused.length > 0) {
        expect(edited.storage).toBe(storage)
        return
      }
      const [before, after] = [raws(storage), raws(edited.storage)]
      let from = 0
      while (from < before.length && before[from] === after[from]) from++
      let to = 0
      while (to < before.length - from && before.at(-1 - to) === after.at(-1 - to)) to++
      expect(before.length - from - to).toBeLessThanOrEqual(1)
    }),
    RUNS,
  )
})

test('W3: an edit that takes no word away loses nothing that Markdown cannot carry', () => {
  const edits: ((word: string) => string)[] = [
    (word) => `**${word}**`,
    (word) => `\n\n${word}`,
    (word) => `- ${word}`,
    (word) => `# ${word} [a](https://x.example)`,
    (word) => `${word}\\\n|`,
    (word) => `\n> ${word}`,
  ]
  fc.assert(
    fc.property(documents, fc.nat(), fc.constantFrom(...edits), fc.boolean(), (storage, seed, edit, isJoin) => {
      const view = editView(storage, CONTEXT)
      const places = [...view.matchAll(isJoin ? /\n\n(?!<!--)/g : /w\d{4}/g)]
      const place = places[seed % places.length]
      fc.pre(place !== undefined)
      const [found, at] = [place?.[0] ?? '', place?.index ?? 0]
      const markdown = view.slice(0, at) + (isJoin ? ' ' : edit(found)) + view.slice(at + found.length)
      const edited = applyEdit(storage, markdown, CONTEXT)
      const lost = thingsOf(storage).filter((thing) => !edited.storage.includes(thing))
      expect(lost).toEqual([])
      expect(thingsOf(edited.storage).length).toBeGreaterThanOrEqual(thingsOf(storage).length)
    }),
    RUNS,
  )
})

/** Tags that Markdown has no words for. */
function thingsOf(storage: string): string[] {
  return storage.match(/<ri:[^>]*>|<ac:(?!task)[^>]*>|<time[^>]*>|<span[^>]*>|<col[^>]*>/g) ?? []
}

test('no edit of anything makes it throw, and what is refused changes nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(documents, tagSoup),
      fc.array(trickyText, { maxLength: 4 }),
      fc.nat(),
      (storage, texts, seed) => {
        const view = editView(storage, CONTEXT)
        const at = seed % (view.length + 1)
        const cut = (seed >> 8) % 40
        const edited = applyEdit(storage, view.slice(0, at) + texts.join('\n\n') + view.slice(at + cut), CONTEXT)
        if (edited.refused.length > 0) expect(edited.storage).toBe(storage)
        for (const { reason } of edited.refused) expect(reason).toMatch(/\.$/)
        diffStorage(storage, edited.storage, CONTEXT)
      },
    ),
    RUNS,
  )
})

test('new storage is well-formed, and reads as its Markdown', () => {
  fc.assert(
    fc.property(fc.array(trickyText, { maxLength: 5 }), (texts) => {
      const storage = markdownToStorage(texts.join('\n'), CONTEXT)
      const again = editView(storage, CONTEXT)
      expect(applyEdit(storage, again, CONTEXT)).toEqual({ storage, refused: [] })
    }),
    RUNS,
  )
})

test('edits of two blocks that do not touch are both kept, in either order', () => {
  fc.assert(
    fc.property(documents, (storage) => {
      fc.pre(storage.includes('w0002'))
      const mine = storage.replace('w0001', 'Mine')
      const last = storage.lastIndexOf('w00')
      const theirs = storage.slice(0, last) + storage.slice(last).replace(/w\d{4}/, 'Theirs')
      const merged = mergeStorage(storage, mine, theirs, CONTEXT)
      expect(mergeStorage(storage, mine, mine, CONTEXT).storage).toBe(mine)
      expect(mergeStorage(storage, mine, storage, CONTEXT).storage).toBe(mine)
      expect(mergeStorage(storage, storage, theirs, CONTEXT).storage).toBe(theirs)
      expect(merged.conflicts > 0).toBe(merged.storage === undefined)
      if (merged.storage === undefined) return
      expect(merged.storage).toContain('Mine')
      expect(merged.storage).toContain('Theirs')
    }),
    RUNS,
  )
})

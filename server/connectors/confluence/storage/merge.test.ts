import { describe, expect, test } from 'vitest'
import { diffStorage } from './diff.ts'
import { mergeStorage } from './merge.ts'
import { macro, rich } from './test/storage.ts'

const CONTEXT = { baseUrl: 'https://site.atlassian.net/wiki', spaceKey: 'DOC', pageId: '77' }
const p = (...words: string[]) => words.map((word) => `<p>${word}</p>`).join('')

describe('two edits of one document', () => {
  test.each([
    ['of different blocks are put together', p('a', 'b', 'c'), p('A', 'b', 'c'), p('a', 'b', 'C'), p('A', 'b', 'C')],
    ['that are the same are one', p('a', 'b'), p('x', 'b'), p('x', 'b'), p('x', 'b')],
    ['a new block and a deleted one', p('a', 'b', 'c'), p('a', 'b', 'c', 'd'), p('b', 'c'), p('b', 'c', 'd')],
    ['white space is no change', p('a', 'b', 'c'), `<p>A</p>\n<p>b</p>\n<p>c</p>`, p('a', 'b', 'C'), p('A', 'b', 'C')],
    ['inside and outside of a panel', `${macro('info', {}, rich(p('a', 'b')))}${p('c')}`, `${macro('info', {}, rich(p('A', 'b')))}${p('c')}`, `${macro('info', {}, rich(p('a', 'b')))}${p('C')}`, `${macro('info', {}, rich(p('A', 'b')))}${p('C')}`],
  ])('%s', (_, base, mine, theirs, merged) => {
    expect(mergeStorage(base, mine, theirs, CONTEXT)).toMatchObject({ storage: merged, conflicts: 0 })
  }) // prettier-ignore

  test.each([
    ['of one block', p('a', 'b', 'c'), p('a', 'x', 'c'), p('a', 'y', 'c')],
    ['of blocks that touch', p('a', 'b'), p('A', 'b'), p('a', 'B')],
    ['one deletes what the other changed', p('a', 'b', 'c'), p('a', 'c'), p('a', 'B', 'c')],
  ])('conflict: %s', (_, base, mine, theirs) => {
    const merged = mergeStorage(base, mine, theirs, CONTEXT)
    expect(merged).toMatchObject({ storage: undefined, conflicts: 1 })
    const chosen = (side: 'mine' | 'theirs' | 'base') =>
      merged.parts.map((part) => (part.kind === 'merged' ? part.storage : part[side].storage)).join('')
    expect([chosen('base'), chosen('mine'), chosen('theirs')]).toEqual([base, mine, theirs])
  })

  test('what is chosen in a conflict opens and closes every panel', () => {
    const base = p('a', 'b', 'c')
    const mine = p('a') + macro('info', {}, rich(p('b'))) + p('c')
    const theirs = macro('tip', {}, rich(p('a', 'b2'))) + p('c')
    const { parts } = mergeStorage(base, mine, theirs, CONTEXT)
    for (const part of parts) {
      if (part.kind === 'merged') continue
      for (const { storage } of [part.base, part.mine, part.theirs]) {
        expect(storage.match(/<ac:structured-macro/g)?.length).toBe(storage.match(/<\/ac:structured-macro/g)?.length)
      }
    }
    expect(parts.some((part) => part.kind === 'conflict')).toBe(true)
  })
})

test('a difference tells what changed, was added, removed and moved, and counts the rest', () => {
  const before = p('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
  const after = p('a', 'b', 'c', 'd', 'E', 'f', 'h', 'g', 'new')
  const steps = diffStorage(before, after, CONTEXT)
  expect(steps.map(({ kind, count, before, after }) => [kind, count, before, after])).toEqual([
    ['same', 3, '', ''],
    ['same', 1, 'd', 'd'],
    ['changed', 1, 'e', 'E'],
    ['same', 1, 'f', 'f'],
    ['same', 1, 'h', 'h'],
    ['moved', 1, 'g', 'g'],
    ['added', 1, '', 'new'],
  ])
  expect(diffStorage(before, before, CONTEXT)).toMatchObject([{ kind: 'same', count: 8 }])
  expect(diffStorage('', p('a'), CONTEXT)).toMatchObject([
    { kind: 'added', beforeStorage: '', afterStorage: '<p>a</p>' },
  ])
})

import { expect, it } from 'vitest'
import type { EditConflict } from '#schema/publish.ts'
import { conflictsOf, decidedText } from './choices.ts'

const side = (storage: string) => ({ storage, markdown: storage })
const conflict: EditConflict = {
  base: 3,
  current: { version: 4, title: 'Gates', author: 'Bo', at: null, message: '' },
  title: null,
  mergedTitle: 'Gates',
  parts: [
    { kind: 'merged', storage: '<h1>Gates</h1>' },
    { kind: 'conflict', base: side('<p>a</p>'), mine: side('<p>b</p>'), theirs: side('<p>c</p>') },
    { kind: 'merged', storage: '<hr/>' },
    { kind: 'conflict', base: side('<p>x</p>'), mine: side(''), theirs: side('<p>y</p>') },
  ],
}

it('is no text before every block is decided', () => {
  expect(conflictsOf(conflict)).toHaveLength(2)
  expect(decidedText(conflict, [{ take: 'mine' }, null])).toBeUndefined()
  expect(decidedText(conflict, [])).toBeUndefined()
})

it('puts the chosen sides between what was settled', () => {
  expect(decidedText(conflict, [{ take: 'both' }, { take: 'theirs' }])).toBe(
    '<h1>Gates</h1><p>b</p><p>c</p><hr/><p>y</p>',
  )
  expect(decidedText(conflict, [{ take: 'own', storage: '<p>d</p>' }, { take: 'mine' }])).toBe(
    '<h1>Gates</h1><p>d</p><hr/>',
  )
})

import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareWords } from './words.ts'

it('marks the words that changed', () => {
  expect(compareWords('Open the red gate.', 'Open the blue gate.')).toEqual([
    { kind: 'same', text: 'Open the ' },
    { kind: 'removed', text: 'red' },
    { kind: 'added', text: 'blue' },
    { kind: 'same', text: ' gate.' },
  ])
})

it('reads as the text before without what came, and as the text after without what went', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'gate ', ' ', '\n', '.', 'ü', '|')).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const words = compareWords(before, after)
      const without = (kind: string) =>
        words
          .filter((word) => word.kind !== kind)
          .map((word) => word.text)
          .join('')
      expect(without('added')).toBe(before)
      expect(without('removed')).toBe(after)
    }),
  )
})

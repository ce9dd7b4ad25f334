import { expect, test } from 'vitest'
import { shareOut } from './lanes.ts'

const lane = (origin: string, room: number, held = 0) => ({ origin, room, held })

test('where there is room for all, each gets what it asks for', () => {
  const shares = shareOut([lane('a', 10), lane('b', 0), lane('c', 3)], 100)
  expect(shares).toEqual([lane('a', 10), lane('c', 3)])
})

test('where there is not, those that hold least come first, and a busy one takes no more than its share', () => {
  const shares = shareOut([lane('busy', 500, 400), lane('new', 10), lane('other', 500, 20)], 100)
  expect(shares).toEqual([lane('new', 10), lane('other', 45, 20), lane('busy', 45, 400)])
})

test('nothing is shared out when nothing is left', () => {
  expect(shareOut([lane('a', 10)], 0)).toEqual([])
})

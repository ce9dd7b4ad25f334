import { expect, test } from 'vitest'
import { takeTurns } from './take-turns.ts'

test('one works at a time, in order, and a failure stops nobody', async () => {
  const turns = takeTurns(5)
  const seen: string[] = []
  const work = (name: string) =>
    turns.take(async () => {
      seen.push(`${name} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      seen.push(`${name} ends`)
      if (name === 'b') throw new Error('no')
      return name
    })
  expect(await Promise.allSettled([work('a'), work('b'), work('c')])).toMatchObject([
    { value: 'a' },
    { status: 'rejected' },
    { value: 'c' },
  ])
  expect(seen).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]))
})

test('who comes when enough wait is sent away, and let in when they are through', async () => {
  const turns = takeTurns(1)
  const all = await Promise.all([1, 2, 3].map((one) => turns.take(async () => one)))
  expect(all).toEqual([1, 2, undefined])
  expect(await turns.take(async () => 4)).toBe(4)
})

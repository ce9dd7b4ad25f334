import { assert, date, property } from 'fast-check'
import { expect, test } from 'vitest'
import { filterLexemes, wantedLexemes } from './filters.ts'

const nothing = { spaces: 'all', label: undefined, type: undefined } as const
const moment = date({ min: new Date('2000-01-01'), max: new Date('2050-12-31'), noInvalidDate: true })
const dayOf = (time: Date) => time.toISOString().slice(0, 10)

test('the index keeps what changed on the day asked for or later, and nothing older', () => {
  assert(
    property(moment, moment, (updatedAfter, versionAt) => {
      const [wanted] = wantedLexemes({ ...nothing, updatedAfter }, new Date('2049-12-31'))
      const has = filterLexemes({ id: 'i', spaceId: 's', type: 'page', labels: [], versionAt })
      expect(has.some((lexeme) => wanted?.includes(lexeme))).toBe(dayOf(versionAt) >= dayOf(updatedAfter))
    }),
    { numRuns: 2000 },
  )
})

test('a time before any Confluence is left to the rows', () => {
  expect(wantedLexemes({ ...nothing, updatedAfter: new Date('1970-01-01') })).toEqual([])
})

test('a label is one lexeme in any case, whatever it holds', () => {
  const [[label] = []] = wantedLexemes({ ...nothing, label: "It's: odd", updatedAfter: undefined })
  expect(filterLexemes({ id: 'i', spaceId: 's', type: 'page', labels: ["it's: ODD"], versionAt: null })).toContain(
    label,
  )
})

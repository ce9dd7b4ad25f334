import { expect, it } from 'vitest'
import { isWithin, placeWords, placed } from './faults.ts'

it.each([
  ['name', 'Name'],
  ['statuses.0.name', 'Status 1, name'],
  ['triggers.0.do.1.credentialId', 'Trigger 1, action 2, credential'],
  ['triggers.1.if.all.0.not.any.2.is', 'Trigger 2, condition 1, condition 3, value'],
  ['triggers.0.if', 'Trigger 1, conditions'],
])('calls %s “%s”', (path, words) => {
  expect(placeWords(path)).toBe(words)
})

it('reads paths of every spelling alike', () => {
  const spelled = ['definition.triggers.0.url', '/definition/triggers/0/url', 'triggers.0.url', 'definition', '']
  expect(placed(spelled.map((path) => ({ path, message: '' }))).map(({ path }) => path)).toEqual([
    'triggers.0.url',
    'triggers.0.url',
    'triggers.0.url',
    '',
    '',
  ])
})

it('takes no place for another whose name begins alike', () => {
  expect(isWithin({ path: 'triggers.1.on', message: '' }, 'triggers.1')).toBe(true)
  expect(isWithin({ path: 'triggers.10.on', message: '' }, 'triggers.1')).toBe(false)
})

import { expect, test } from 'vitest'
import { isInWindow, nextInWindow } from './window.ts'

const at = (time: string) => new Date(`2026-03-01T${time}:00Z`)
const night = { from: 22, to: 6, timeZone: 'Europe/Berlin' }

test.each([
  ['20:59', false],
  ['21:00', true],
  ['23:30', true],
  ['04:59', true],
  ['05:00', false],
])('at %s UTC the night of Berlin (22–6) is open: %s', (time, isOpen) => {
  expect(isInWindow(night, at(time))).toBe(isOpen)
})

test('a window of one and the same hour, and none at all, are always open', () => {
  expect(isInWindow(null, at('12:00'))).toBe(true)
  expect(isInWindow(undefined, at('12:00'))).toBe(true)
  expect(isInWindow({ ...night, from: 3, to: 3 }, at('12:00'))).toBe(true)
})

test('the next start is now, or the first hour of the window', () => {
  expect(nextInWindow(night, at('23:10'))).toEqual(at('23:10'))
  expect(nextInWindow(night, at('12:10'))).toEqual(at('21:00'))
  expect(nextInWindow({ from: 9, to: 17, timeZone: 'Asia/Kathmandu' }, at('12:10'))).toEqual(
    new Date('2026-03-02T04:00:00Z'),
  )
})

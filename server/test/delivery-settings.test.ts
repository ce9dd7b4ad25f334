import { expect, test } from 'vitest'
import { readConfig } from '#server/config.ts'

const read = (concurrency: string, rate: string) =>
  readConfig({ LOCKKEEPER_DELIVERY_CONCURRENCY: concurrency, LOCKKEEPER_DELIVERY_RATE: rate }).deliveries

test('a receiver gets up to twenty requests at once, as fast as it answers, unless the operator says otherwise', () => {
  expect(read('', '')).toEqual({ concurrency: 20, perSecond: undefined })
  expect(read('3', '0.5')).toEqual({ concurrency: 3, perSecond: 0.5 })
})

test.each([
  ['0', '', 'LOCKKEEPER_DELIVERY_CONCURRENCY'],
  ['2.5', '', 'LOCKKEEPER_DELIVERY_CONCURRENCY'],
  ['many', '', 'LOCKKEEPER_DELIVERY_CONCURRENCY'],
  ['65', '', 'LOCKKEEPER_DELIVERY_CONCURRENCY'],
  ['20', '0', 'LOCKKEEPER_DELIVERY_RATE'],
  ['20', '-1', 'LOCKKEEPER_DELIVERY_RATE'],
  ['20', 'fast', 'LOCKKEEPER_DELIVERY_RATE'],
])('concurrency %s with rate %s stops the start: %s', (concurrency, rate, name) => {
  expect(() => read(concurrency, rate)).toThrow(name)
})

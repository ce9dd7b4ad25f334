import { expect, it } from 'vitest'
import type { ReceiverState } from '#schema/delivery.ts'
import { formatMs, hostOf, pretty, stateWords } from './words.ts'

it('says milliseconds as exactly as they matter', () => {
  expect([0, 0.44, 9.96, 12.4, 999, 1234, 61_000].map(formatMs)).toEqual([
    '0 ms',
    '0.4 ms',
    '10 ms',
    '12 ms',
    '999 ms',
    '1.2 s',
    '61 s',
  ])
})

it('says what is the matter with a receiver, and nothing when all is well', () => {
  const well: ReceiverState = {
    receiver: 'https://crm.example',
    state: 'closed',
    until: null,
    failures: 0,
    pauseMs: 0,
    waiting: 3,
    dead: 0,
  }
  expect(stateWords(well)).toBeUndefined()
  expect(stateWords({ ...well, pauseMs: 400 })).toBe('One attempt every 400 ms.')
  expect(stateWords({ ...well, pauseMs: 60_000 })).toBe('One attempt every 60 s.')
  expect(stateWords({ ...well, state: 'open', failures: 5 })).toBe('Nothing is sent: it failed 5 times in a row.')
  expect(stateWords({ ...well, state: 'probing' })).toMatch(/finding out/)
})

it('shows receivers without their scheme, and JSON with line breaks', () => {
  expect(hostOf('https://crm.example:8443')).toBe('crm.example:8443')
  expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}')
  expect(pretty('a=1')).toBe('a=1')
})

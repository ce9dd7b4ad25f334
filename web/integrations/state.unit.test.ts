import { describe, expect, it } from 'vitest'
import type { Integration } from '#schema/integration.ts'
import { badgesOf, syncBarrier } from './state.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const calm: Integration = {
  id: '01890000-0000-7000-8000-000000000000',
  connector: 'confluence',
  name: 'Handbook',
  capabilities: ['content-management'],
  settings: {
    deployment: 'cloud',
    url: 'https://team.example',
    spaces: 'all',
    readers: 'confluence',
    quarantineDays: 30,
    attachmentMegabytes: 50,
    manners: {},
    gateway: false,
  },
  state: 'connected',
  stateDetail: null,
  apiKeyExpiresAt: null,
  lastCheck: null,
  lastRun: null,
  documents: 0,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
}

function labels(change: Partial<Integration>): string[] {
  return badgesOf({ ...calm, ...change }, now).map(({ label }) => label)
}

describe('badgesOf', () => {
  it('says connected, and nothing of a key that holds for long', () => {
    expect(labels({ apiKeyExpiresAt: '2026-06-01T00:00:00Z' })).toEqual(['Connected'])
  })

  it.each([
    ['2026-03-11T13:00:00Z', 'Key expires in 10 days'],
    ['2026-03-02T13:00:00Z', 'Key expires in 1 day'],
    ['2026-03-01T23:59:59Z', 'Key expires today'],
    ['2026-02-28T23:59:59Z', 'Key expired'],
  ])('counts the days to %s', (apiKeyExpiresAt, label) => {
    expect(labels({ apiKeyExpiresAt })).toEqual(['Connected', label])
  })

  it('puts a rejected key first', () => {
    expect(labels({ state: 'key-rejected' })).toEqual(['Key rejected'])
  })
})

describe('syncBarrier', () => {
  it('lets a connected integration sync', () => {
    expect(syncBarrier(calm)).toBeUndefined()
  })

  it('says what to do about a rejected key', () => {
    expect(syncBarrier({ ...calm, state: 'key-rejected' })).toContain('Give a new one')
  })
})

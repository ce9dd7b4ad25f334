import { describe, expect, it } from 'vitest'
import { ConnectInput, connectInput, emptyConnection, keyDemand, updateInput } from './connection-form.ts'

const saved = { ...emptyConnection, name: 'Handbook', username: 'bot@team.example', url: 'https://team.example' }

describe('keyDemand', () => {
  it('asks for nothing while the key stays where it is', () => {
    expect(keyDemand({ ...saved, name: 'Other', url: 'team.example/wiki' }, saved)).toBeUndefined()
  })

  it.each([
    [{ url: 'https://elsewhere.example' }, 'domain'],
    [{ url: 'https://team.example:8443' }, 'domain'],
    [{ username: 'other@team.example' }, 'username'],
  ])('demands the key again for %o', (change, what) => {
    expect(keyDemand({ ...saved, ...change }, saved)).toContain(what)
    expect(keyDemand({ ...saved, ...change, apiKey: 'k' }, saved)).toBeUndefined()
  })
})

describe('the bodies sent', () => {
  it('take a day as its end, and keys apart from commas and blanks', () => {
    const values = {
      ...saved,
      apiKey: 'k',
      apiKeyExpiresAt: '2026-12-31',
      spaceChoice: 'chosen',
      spaceKeys: 'HELP, ENG ~me',
    }
    const body = ConnectInput.parse(connectInput(values))
    expect(body.apiKeyExpiresAt).toBe('2026-12-31T23:59:59Z')
    expect(body.settings.spaces).toEqual(['HELP', 'ENG', '~me'])
  })

  it('leave the key out when none is given, and clear an emptied expiry', () => {
    expect(updateInput(saved)).not.toHaveProperty('secret')
    expect(updateInput(saved)).toHaveProperty('apiKeyExpiresAt', null)
  })

  it('demand a username', () => {
    const issues = ConnectInput.safeParse(connectInput({ ...saved, apiKey: 'k', username: '' })).error?.issues
    expect(issues?.map(({ path }) => path.join('.'))).toEqual(['settings.username'])
  })
})

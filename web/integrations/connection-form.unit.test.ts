import { describe, expect, it } from 'vitest'
import { connectInput, connectSchema, emptyConnection, keyDemand, updateInput } from './connection-form.ts'

const saved = { ...emptyConnection, name: 'Handbook', username: 'bot@team.example', url: 'https://team.example' }

describe('keyDemand', () => {
  it('asks for nothing while the key stays where it is', () => {
    expect(keyDemand({ ...saved, name: 'Other', url: 'team.example/wiki' }, saved)).toBeUndefined()
  })

  it('demands the key of another way to sign in', () => {
    const byPassword = { ...saved, deployment: 'data-center', signIn: 'password' }
    const byToken = { ...byPassword, signIn: 'token' }
    expect(keyDemand(byToken, byPassword)).toContain('token')
    expect(keyDemand(byPassword, byToken)).toContain('username')
    expect(keyDemand({ ...byToken, username: 'typed before' }, byToken)).toBeUndefined()
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
    const body = connectSchema(values).parse(connectInput(values))
    expect(body.apiKeyExpiresAt).toBe('2026-12-31T23:59:59Z')
    expect(body.settings.spaces).toEqual(['HELP', 'ENG', '~me'])
  })

  it('leave the key out when none is given, and clear an emptied expiry', () => {
    expect(updateInput(saved)).not.toHaveProperty('secret')
    expect(updateInput(saved)).toHaveProperty('apiKeyExpiresAt', null)
  })

  it('demand a username', () => {
    const nameless = { ...saved, apiKey: 'k', username: '' }
    const byPassword = { ...nameless, deployment: 'data-center', signIn: 'password' }
    for (const values of [nameless, byPassword]) {
      const issues = connectSchema(values).safeParse(connectInput(values)).error?.issues
      expect(issues?.map(({ path }) => path.join('.'))).toEqual(['settings.username'])
    }
  })

  it('carry no username beside a personal access token, whatever was typed before', () => {
    const values = { ...saved, apiKey: 'k', deployment: 'data-center', signIn: 'token' }
    expect(connectSchema(values).parse(connectInput(values)).settings).toMatchObject({ username: '' })
  })
})

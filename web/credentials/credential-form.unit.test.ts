import { describe, expect, it } from 'vitest'
import { type Credential, CredentialChange, NewCredential } from '#schema/credential.ts'
import { changeInput, emptyCredential, newInput, secretDemand, splitDomains, valuesOf } from './credential-form.ts'

const by = { id: 'system', name: null }
const at = '2026-01-01T00:00:00Z'
const saved: Credential = {
  id: '019b8ab0-0000-7000-8000-000000000000',
  scope: 'global',
  name: 'crm',
  kind: 'custom',
  username: null,
  header: 'X-Api-Key',
  domains: [{ entry: 'crm.example.com', unicode: 'crm.example.com' }],
  allowHttp: false,
  expiresAt: '2026-05-01T10:00:00Z',
  expiryPolicy: 'block',
  remind: [],
  state: 'ok',
  stateDetail: null,
  level: 'administrate',
  version: 3,
  createdAt: at,
  createdBy: by,
  updatedAt: at,
  updatedBy: by,
  lastUsedAt: null,
  lastUsedHost: null,
  lastUsedBy: null,
}

describe('the form of a credential', () => {
  it('sends only the fields of the chosen kind, and the domain that was not yet added', () => {
    const values = {
      ...emptyCredential,
      name: 'crm',
      username: 'left over',
      kind: 'bearer' as const,
      token: 't',
      domain: 'a.example',
    }
    const input = NewCredential.parse(newInput(values))
    expect(input).toMatchObject({ bearer: { token: 't' }, domains: ['a.example'], expiresAt: null })
    expect(input.basic).toBeUndefined()
  })

  it('keeps an untouched date with its hour and clears one that was taken out', () => {
    expect(CredentialChange.parse(changeInput(valuesOf(saved), saved)).expiresAt).toBeUndefined()
    expect(changeInput({ ...valuesOf(saved), expiresAt: '' }, saved)).toMatchObject({ expiresAt: null, version: 3 })
    expect(changeInput({ ...valuesOf(saved), expiresAt: '2026-06-01' }, saved)).toMatchObject({
      expiresAt: '2026-06-01T23:59:59Z',
    })
  })

  it('demands the secret again for another kind, another header and a lost value alone', () => {
    expect(secretDemand({ ...valuesOf(saved), name: 'other' }, saved)).toBeUndefined()
    expect(secretDemand({ ...valuesOf(saved), header: 'x-api-KEY ' }, saved)).toBeUndefined()
    expect(secretDemand({ ...valuesOf(saved), header: 'X-Other' }, saved)).toMatch(/header/)
    expect(secretDemand({ ...valuesOf(saved), kind: 'bearer' }, saved)).toMatch(/kind/)
    expect(secretDemand(valuesOf(saved), { ...saved, state: 'needs-re-entry' })).toMatch(/opened/)
  })

  it('takes domains pasted together apart', () => {
    expect(splitDomains(' a.example, b.example\n*.c.example ')).toEqual(['a.example', 'b.example', '*.c.example'])
  })
})

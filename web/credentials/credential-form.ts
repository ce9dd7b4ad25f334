import type { Credential, CredentialKind } from '#schema/credential.ts'
import type { DomainName } from './domain-names.tsx'

/** The form of a credential as people fill it in: flat. `domain` is what stands in the domain field, not yet added. */
export type CredentialValues = {
  name: string
  kind: CredentialKind
  username: string
  password: string
  token: string
  header: string
  value: string
  domains: DomainName[]
  domain: string
  allowHttp: boolean
  expiresAt: string
  expiryPolicy: string
  remind: string[]
}

export const emptyCredential: CredentialValues = {
  name: '',
  kind: 'basic',
  username: '',
  password: '',
  token: '',
  header: '',
  value: '',
  domains: [],
  domain: '',
  allowHttp: false,
  expiresAt: '',
  expiryPolicy: 'warn',
  remind: [],
}

/** Secrets never come back, so their fields are empty. */
export function valuesOf(credential: Credential): CredentialValues {
  const { name, kind, username, header, domains, allowHttp, expiresAt, expiryPolicy, remind } = credential
  return {
    ...emptyCredential,
    name,
    kind,
    username: username ?? '',
    header: header ?? '',
    domains,
    allowHttp,
    expiresAt: expiresAt?.slice(0, 10) ?? '',
    expiryPolicy,
    remind: remind.map(({ id }) => id),
  }
}

/** The API's names of the form's fields. */
export const credentialFields = {
  basic: 'username',
  'basic.username': 'username',
  'basic.password': 'password',
  bearer: 'token',
  'bearer.token': 'token',
  custom: 'header',
  'custom.header': 'header',
  'custom.value': 'value',
}

/** The field of each kind that holds its secret. */
export const secretField = { basic: 'password', bearer: 'token', custom: 'value' } as const

export function newInput(values: CredentialValues): unknown {
  const { name, kind, allowHttp, remind } = values
  return { name, kind, ...kindFields(values), domains: domainsIn(values), allowHttp, ...expiryIn(values), remind }
}

/** An untouched date is left out, or its hour would change with every save. */
export function changeInput(values: CredentialValues, saved: Credential): unknown {
  const { name, kind, remind } = values
  const isSameDay = values.expiresAt === (saved.expiresAt?.slice(0, 10) ?? '')
  const { expiresAt, expiryPolicy } = expiryIn(values)
  return {
    version: saved.version,
    name,
    kind,
    ...kindFields(values),
    ...(!isSameDay && { expiresAt }),
    expiryPolicy,
    remind,
  }
}

/** Why the secret must be given again before this can be saved; undefined when the stored one may stay. */
export function secretDemand(values: CredentialValues, saved: Credential): string | undefined {
  if (saved.state === 'needs-re-entry') return 'The stored value cannot be opened any more: enter it again.'
  if (values.kind !== saved.kind) return 'The kind has changed: enter the secret that belongs to it.'
  if (values.kind === 'custom' && values.header.trim().toLowerCase() !== (saved.header ?? '').toLowerCase())
    return 'The header has changed: enter its value again.'
  return undefined
}

/** What was added and what still stands in the field: nobody should lose a domain for not having pressed Add. */
export function domainsIn({ domains, domain }: Pick<CredentialValues, 'domains' | 'domain'>): string[] {
  return [...domains.map(({ entry }) => entry), ...splitDomains(domain)]
}

/** Several may be pasted at once. */
export function splitDomains(text: string): string[] {
  return text.split(/[\s,;]+/).filter((entry) => entry !== '')
}

function kindFields({ kind, username, password, token, header, value }: CredentialValues) {
  switch (kind) {
    case 'basic':
      return { basic: { username, password } }
    case 'bearer':
      return { bearer: { token } }
    case 'custom':
      return { custom: { header: header.trim(), value } }
    default:
      throw new Error(`unknown kind ${String(kind satisfies never)}`)
  }
}

// A date field names a day; the credential holds until that day is over.
function expiryIn({ expiresAt, expiryPolicy }: CredentialValues) {
  return { expiresAt: expiresAt === '' ? null : `${expiresAt}T23:59:59Z`, expiryPolicy }
}

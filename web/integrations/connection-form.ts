import type { z } from 'zod'
import { type Integration, IntegrationChange, NewIntegration } from '#schema/integration.ts'

/** The connection form as people fill it in: flat, all text. */
export type ConnectionValues = {
  name: string
  username: string
  apiKey: string
  url: string
  apiKeyExpiresAt: string
  deployment: string
  /** Data Center takes either; Cloud always wants a user name. */
  signIn: string
  spaceChoice: string
  spaceKeys: string
}

export const emptyConnection: ConnectionValues = {
  name: '',
  username: '',
  apiKey: '',
  url: '',
  apiKeyExpiresAt: '',
  deployment: 'cloud',
  signIn: 'token',
  spaceChoice: 'all',
  spaceKeys: '',
}

export function valuesOf({ name, settings, apiKeyExpiresAt }: Integration): ConnectionValues {
  return {
    name,
    username: settings.username ?? '',
    apiKey: '',
    url: settings.url,
    apiKeyExpiresAt: apiKeyExpiresAt?.slice(0, 10) ?? '',
    deployment: settings.deployment,
    signIn: settings.username === undefined || settings.username === '' ? 'token' : 'password',
    spaceChoice: settings.spaces === 'all' ? 'all' : 'chosen',
    spaceKeys: settings.spaces === 'all' ? '' : settings.spaces.join(', '),
  }
}

/** The API's names of the form's fields. */
export const connectionFields = {
  settings: 'url',
  'settings.url': 'url',
  'settings.username': 'username',
  'settings.deployment': 'deployment',
  'settings.spaces': 'spaceKeys',
  secret: 'apiKey',
  'secret.apiKey': 'apiKey',
}

const basicFields = new Set(['name'])
const advancedFields = new Set(['spaceKeys'])

/** Where the first fault is, so that its tab can be shown. */
export function tabOf(names: string[]): 'basic' | 'authentication' {
  return names.some((name) => basicFields.has(name)) ? 'basic' : 'authentication'
}

export function isAdvanced(names: string[]): boolean {
  return names.some((name) => advancedFields.has(name))
}

/** Whether the key goes alone, without a user name. */
export function isByToken({ deployment, signIn }: ConnectionValues): boolean {
  return deployment === 'data-center' && signIn === 'token'
}

export function connectSchema(values: ConnectionValues) {
  return NewIntegration.superRefine((_input, context) => demandUsername(values, context))
}

export function connectInput(values: ConnectionValues): unknown {
  return {
    connector: 'confluence',
    name: values.name,
    settings: settingsOf(values),
    secret: { apiKey: values.apiKey },
    apiKeyExpiresAt: expiryOf(values),
  }
}

export function updateSchema(values: ConnectionValues) {
  return IntegrationChange.superRefine((_input, context) => demandUsername(values, context))
}

export function updateInput(values: ConnectionValues): unknown {
  return {
    name: values.name,
    settings: settingsOf(values),
    ...(values.apiKey !== '' && { secret: { apiKey: values.apiKey } }),
    apiKeyExpiresAt: expiryOf(values),
  }
}

/** The stored key goes nowhere new: a changed domain or username asks for it again. */
export function keyDemand(values: ConnectionValues, saved: ConnectionValues): string | undefined {
  if (values.apiKey.trim() !== '') return undefined
  if (hostIn(values.url) !== hostIn(saved.url)) return 'The domain has changed: give the API key again.'
  if (isByToken(values) && !isByToken(saved)) return 'Give the personal access token that is to be used instead.'
  if (usernameOf(values) !== usernameOf(saved)) return 'The username has changed: give the API key that belongs to it.'
  return undefined
}

// Only the host matters here; the server judges by the whole address.
function hostIn(address: string): string {
  const text = address.trim()
  return URL.parse(text.includes('://') ? text : `https://${text}`)?.host ?? text
}

function usernameOf(values: ConnectionValues): string {
  return isByToken(values) ? '' : values.username.trim()
}

function settingsOf(values: ConnectionValues) {
  const { deployment, url, spaceChoice, spaceKeys } = values
  const keys = spaceKeys.split(/[\s,;]+/).filter((key) => key !== '')
  return { deployment, url, username: usernameOf(values), spaces: spaceChoice === 'all' ? 'all' : keys }
}

// A date field names a day; the key holds until that day is over.
function expiryOf({ apiKeyExpiresAt }: ConnectionValues): string | null {
  return apiKeyExpiresAt === '' ? null : `${apiKeyExpiresAt}T23:59:59Z`
}

function demandUsername(values: ConnectionValues, context: z.RefinementCtx): void {
  if (isByToken(values) || usernameOf(values) !== '') return
  const message =
    values.deployment === 'cloud'
      ? 'Give the username: the e-mail address of the key’s owner.'
      : 'Give the username that the password belongs to.'
  context.addIssue({ code: 'custom', path: ['settings', 'username'], message })
}

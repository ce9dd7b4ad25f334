/** How commands name a scope and a credential. */
import { Id } from '#schema/common.ts'
import { Scope, type Credential } from '#schema/credential.ts'
import { listCredentials, readCredential } from '#server/credentials/read.ts'
import type { Person } from '#server/platform/actor.ts'
import { notFound } from '#server/platform/problem.ts'
import { needText, parseInput, text, UsageError, type CommandApp, type Given } from './command.ts'

/** A credential is named by its id, or by its name with the scope. */
export const REF_OPTIONS = { scope: text } as const

export function scopeOf(given: Given): string {
  return parseInput(Scope, needText(given, 'scope'))
}

export async function findCredential(app: CommandApp, actor: Person, given: Given): Promise<Credential> {
  const [ref] = given.words
  if (ref === undefined) throw new UsageError('Name the credential: its id, or its name with --scope.')
  if (Id.safeParse(ref).success) return readCredential(app, actor, ref)
  const label = given.text('scope')
  if (label === undefined) throw new UsageError('This is no id. To name a credential by its name add --scope.')
  const { items } = await listCredentials(app, actor, parseInput(Scope, label), { q: ref.slice(0, 100), limit: 250 })
  const same = (name: string) => name.localeCompare(ref, 'en', { sensitivity: 'accent' }) === 0
  const found = items.find(({ name }) => name === ref) ?? items.find(({ name }) => same(name))
  if (found === undefined) throw notFound('Credential', ref)
  return found
}

/** How commands name a scope and a credential. */
import { Id } from '#schema/common.ts'
import { Scope, type Credential } from '#schema/credential.ts'
import { listCredentials, readCredential } from '#server/credentials/read.ts'
import { nameKey } from '#server/credentials/name-key.ts'
import type { Person } from '#server/platform/actor.ts'
import type { Page } from '#server/platform/page.ts'
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
  return findByName(app, actor, parseInput(Scope, label), ref)
}

/** By the name as names are compared, so there is one at most; many may have it as a part of theirs. */
async function findByName(app: CommandApp, actor: Person, scope: string, ref: string): Promise<Credential> {
  const wanted = nameKey(ref)
  let cursor: string | null = null
  do {
    const query = { q: ref.slice(0, 100), limit: 250, ...(cursor === null ? {} : { cursor }) }
    const page: Page<Credential> = await listCredentials(app, actor, scope, query)
    const found = page.items.find(({ name }) => nameKey(name) === wanted)
    if (found !== undefined) return found
    cursor = page.nextCursor
  } while (cursor !== null)
  throw notFound('Credential', ref)
}

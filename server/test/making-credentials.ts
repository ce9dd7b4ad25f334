/** Credentials made as people make them, for tests of what becomes of them. */
import { expect } from 'vitest'
import { z } from 'zod'
import { pageOf } from '#schema/common.ts'
import { Credential } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { secretContext } from '#server/credentials/secret-context.ts'
import { open } from '#server/vault/vault.ts'
import type { Client } from './client.ts'

export const SECRET = 'kL9-very-secret-value'

/** The body that makes a bearer token, with `more` in it. */
export function bearer(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { name, kind: 'bearer', bearer: { token: SECRET }, domains: ['api.example.com'], ...more }
}

export async function makeCredential(
  client: Client,
  input: Record<string, unknown>,
  scope = 'global',
): Promise<Credential> {
  const answer = await client.post(`/scopes/${scope}/credentials`, input)
  expect(answer).toMatchObject({ status: 201 })
  return Credential.parse(answer.body)
}

/** Names in the order in which a list gives them. */
export async function namesAt(client: Client, path: string): Promise<string[]> {
  const { body } = await client.get(path)
  return pageOf(Credential)
    .parse(body)
    .items.map(({ name }) => name)
}

export async function rowOf(app: Pick<App, 'db'>, id: string) {
  return app.db.selectFrom('credentials').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** The secret that is stored. */
export async function openedSecret(app: Pick<App, 'db' | 'keys'>, id: string): Promise<string> {
  const row = await rowOf(app, id)
  return open(app, app.db, secretContext(row), row.sealed ?? '')
}

/** Actions that the audit has of this target, newest first. */
export async function auditedActions(admin: Client, target: string): Promise<string[]> {
  const { body } = await admin.get(`/audit?target=${target}`)
  return z
    .object({ items: z.array(z.object({ action: z.string() })) })
    .parse(body)
    .items.map(({ action }) => action)
}

import { z } from 'zod'
import { ensureFirstAdmin } from '#server/access/setup.ts'
import type { TestApp } from './app.ts'
import { signIn, type Client } from './client.ts'

export type Signed = { id: string; email: string; client: Client }

export const PASSWORD = 'a password for the tests'

/** The first admin, signed in. */
export async function asAdmin(server: TestApp): Promise<Signed> {
  await ensureFirstAdmin(server.app, server.admin)
  const client = await signIn(server.client, server.admin.email, server.admin.password)
  const { body } = await client.get('/me')
  return { id: z.object({ user: z.object({ id: z.string() }) }).parse(body).user.id, email: server.admin.email, client }
}

/** A new person with this name, signed in. */
export async function newPerson(
  server: TestApp,
  admin: Client,
  name: string,
  role: 'admin' | 'member' = 'member',
): Promise<Signed> {
  const email = `${name}@lockkeeper.example`
  const { body } = await admin.post('/users', { name, email, password: PASSWORD, role })
  return { id: idOf(body), email, client: await signIn(server.client, email, PASSWORD) }
}

/** The same server, spoken to with a new API key of this person. */
export async function withNewKey(
  server: TestApp,
  client: Client,
  key: { name: string; scopes?: string[]; expiresAt?: string },
): Promise<Client> {
  const { body } = await client.post('/api-keys', key)
  return server.client.withHeaders({ authorization: `Bearer ${z.object({ key: z.string() }).parse(body).key}` })
}

/** The `id` of an answer's body. */
export function idOf(body: unknown): string {
  return z.object({ id: z.string() }).parse(body).id
}

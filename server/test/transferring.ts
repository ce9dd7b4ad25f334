import { Encrypter } from 'age-encryption'
import { z } from 'zod'
import { ScopeState } from '#schema/credential.ts'
import type { TestApp } from './app.ts'
import type { Answer, Client } from './client.ts'

export const PASSPHRASE = 'correct horse battery'

/** An export as it comes over HTTP: a file, which the JSON client of the tests cannot read. */
export type ExportAnswer = { status: number; headers: Headers; file: Buffer }

/** A function that exports in the name of this person, by an API key of his. */
export async function openExports(server: Pick<TestApp, 'url'>, client: Client) {
  const { body } = await client.post('/api-keys', { name: 'exports' })
  const { key } = z.object({ key: z.string() }).parse(body)
  return async (scope: string, passphrase: string): Promise<ExportAnswer> => {
    const answer = await fetch(`${server.url}/api/v1/scopes/${scope}/export`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ passphrase }),
    })
    return { status: answer.status, headers: answer.headers, file: Buffer.from(await answer.arrayBuffer()) }
  }
}

let scopes = 0

/** A new space with a key of its own: an empty scope. */
export async function emptyScope(admin: Client): Promise<string> {
  scopes += 1
  await admin.post('/spaces', { key: `S${scopes}`, name: `Space ${scopes}` })
  await admin.post(`/scopes/space:S${scopes}/key`)
  return `space:S${scopes}`
}

type More = { passphrase?: string; dryRun?: boolean; onConflict?: 'skip' | 'rename' }

/** Imports these bytes: a dry run, unless said otherwise. */
export function bring(client: Client, scope: string, bytes: Uint8Array, more: More = {}): Promise<Answer> {
  const given = { file: Buffer.from(bytes).toString('base64'), passphrase: PASSPHRASE, ...more }
  return client.post(`/scopes/${scope}/import`, given)
}

/** How many credentials the scope has. */
export async function countOf(client: Client, scope: string): Promise<number> {
  const { body } = await client.get(`/scopes/${scope}`)
  return ScopeState.parse(body).credentials
}

/** A file as another tool makes it; a low work factor is quick. */
export async function encrypt(content: string, { passphrase = PASSPHRASE, workFactor = 2 } = {}): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  encrypter.setScryptWorkFactor(workFactor)
  return encrypter.encrypt(content)
}

/** A credential as it stands in a file. */
export const bearer = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  kind: 'bearer',
  username: null,
  header: null,
  secret: 'tok-1',
  domains: ['a.example'],
  allowHttp: false,
  expiresAt: null,
  expiryPolicy: 'warn',
  ...more,
})

/** What a file holds. */
export function transfer(credentials: unknown[], more: Record<string, unknown> = {}): string {
  const head = { format: 'lockkeeper-credentials', version: 1, exportedAt: '2031-01-01T00:00:00Z' }
  return JSON.stringify({ ...head, credentials, leftOut: [], ...more })
}

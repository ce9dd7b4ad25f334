/** Credentials put into the database in bulk, sealed as the product seals them, for tests of keys. */
import type { App } from '#server/app.ts'
import { secretContext } from '#server/credentials/secret-context.ts'
import { newId } from '#server/platform/ids.ts'
import { transact } from '#server/db/transact.ts'
import { shareActiveScopeKey } from '#server/vault/store.ts'
import { open, sealUnder, VaultError } from '#server/vault/vault.ts'
import type { Client } from './client.ts'
import { idOf } from './people.ts'

type Needs = Pick<App, 'db' | 'keys'>

export type Put = { id: string; name: string; secret: string }

/** Makes a space with these people in these roles; answers its id. */
export async function makeSpace(admin: Client, key: string, people: Record<string, string>): Promise<string> {
  const { body } = await admin.post('/spaces', { key, name: `Space ${key}` })
  const members = Object.entries(people).map(([id, role]) => ({ principal: `user:${id}`, role }))
  const answer = await admin.put(`/spaces/${key}/members`, { members })
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
  return idOf(body)
}

/** Seals and stores this many bearer credentials under the scope's active key; their secrets come back. */
export async function putCredentials(
  app: Needs,
  scope: string,
  spaceId: string | null,
  count: number,
  to: { domains: string[]; allow_http: boolean } = { domains: ['api.example.com'], allow_http: false },
): Promise<Put[]> {
  return transact(app.db, async (tx) => {
    const key = await shareActiveScopeKey(tx, scope)
    if (key === undefined) throw new Error(`${scope} has no key`)
    const puts = Array.from({ length: count }, () => {
      const id = newId()
      return { id, name: `credential ${id}`, secret: `secret of ${id}` }
    })
    const rows = []
    for (const { id, name, secret } of puts) {
      const sealed = await sealUnder(
        app,
        key,
        secretContext({ id, scope, sealed_version: 1, kind: 'bearer', ...to }),
        secret,
      )
      const place = { name_key: name, scope, space_id: spaceId, kind: 'bearer', ...to }
      rows.push({ ...place, id, name, sealed, sealed_version: 1, key_version: key.version })
    }
    for (let at = 0; at < rows.length; at += 1000)
      await tx
        .insertInto('credentials')
        .values(rows.slice(at, at + 1000))
        .execute()
    return puts
  })
}

/** Every secret of the scope by its credential's id, opened; `undefined` for one that cannot be. */
export async function openAll(app: Needs, scope: string): Promise<Map<string, string | undefined>> {
  const rows = await app.db.selectFrom('credentials').selectAll().where('scope', '=', scope).execute()
  const opened = new Map<string, string | undefined>()
  for (const row of rows) opened.set(row.id, await openOrNot(app, secretContext(row), row.sealed ?? ''))
  return opened
}

async function openOrNot(app: Needs, context: Parameters<typeof open>[2], sealed: string): Promise<string | undefined> {
  try {
    return await open(app, app.db, context, sealed)
  } catch (error) {
    if (error instanceof VaultError) return undefined
    throw error
  }
}

import { sql } from 'kysely'
import { hostname } from 'node:os'
import type { App } from '#server/app.ts'
import { newId } from '#server/platform/ids.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'log'>

const BEAT_MS = 10_000

/** Says that this process runs, and with which root key, every ten seconds until disposed. Others take a silence of 30 for its end. */
export async function startHeartbeat(app: Needs): Promise<AsyncDisposable> {
  const id = newId()
  await beat(app, id)
  await app.db
    .deleteFrom('nodes')
    .where('seen_at', '<', sql<Date>`now() - interval '1 day'`)
    .execute()
  const timer = setInterval(() => {
    // A database that is away is everybody's trouble and told elsewhere; the next beat comes.
    beat(app, id).catch((error: unknown) => app.log.debug({ err: error }, 'no heartbeat'))
  }, BEAT_MS)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await app.db
        .deleteFrom('nodes')
        .where('id', '=', id)
        .execute()
        .catch((error: unknown) => app.log.debug({ err: error }, 'no last heartbeat'))
    },
  }
}

async function beat({ db, config, keys }: Needs, id: string): Promise<void> {
  const node = {
    id,
    name: `${hostname()}:${process.pid}`,
    roles: [...config.roles],
    root_fingerprint: keys.fingerprint,
  }
  await db
    .insertInto('nodes')
    .values(node)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: sql`now()` }))
    .execute()
}

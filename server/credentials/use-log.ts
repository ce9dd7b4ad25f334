/** What is kept of the uses of one opened credential: in the audit record, and as "last used" of its row. */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Refusal, Use } from './use-rules.ts'

/** "Last used" is kept to the minute. */
const STEP_MS = 60_000

export type UseLog = {
  /** Before a request is sent to this host: audited with the first one, so that nothing is sent that is not in the record. */
  used(host: string): Promise<void> | undefined
  /** Audits the refusal, once for each rule and host, and throws its Problem. */
  refuse(refusal: Refusal, host?: string): Promise<never>
}

export function openUseLog(app: Pick<App, 'db' | 'clock'>, use: Omit<Use, 'from'>): UseLog {
  const { actor, credentialId, purpose } = use
  const hosts = new Map<string, { written: Promise<void>; at: number }>()
  const refusals = new Map<string, Promise<void>>()
  const target = `credential:${credentialId.slice(0, 100)}`

  async function write(host: string, isFirst: boolean, now: Date): Promise<void> {
    try {
      await transact(app.db, async (tx) => {
        await noteLastUse(tx, use, host, now)
        if (isFirst) await record(tx, actor, 'credential.used', target, { host, purpose })
      })
    } catch (error) {
      hosts.delete(host)
      throw error
    }
  }

  function writeRefusal(rule: string, host: string | undefined): Promise<void> {
    return transact(app.db, (tx) => record(tx, actor, 'credential.use.refused', target, { rule, host, purpose }))
  }

  return {
    used(host) {
      const now = app.clock.now()
      const known = hosts.get(host)
      if (known !== undefined && now.getTime() - known.at < STEP_MS) return known.written
      const written = write(host, known === undefined, now)
      hosts.set(host, { written, at: now.getTime() })
      return written
    },
    async refuse({ rule, problem }, host) {
      const key = `${rule} ${host ?? ''}`
      const written = refusals.get(key) ?? writeRefusal(rule, host)
      refusals.set(key, written)
      await written.catch((error: unknown) => {
        refusals.delete(key)
        throw error
      })
      throw problem
    },
  }
}

/** Passes over a row that is being changed at this moment: nobody waits for this. */
async function noteLastUse(tx: Tx, { actor, credentialId, purpose }: Omit<Use, 'from'>, host: string, now: Date) {
  const by = purpose.kind === 'test' ? `test by ${actor.name}` : `${purpose.kind} ${purpose.name}`
  await sql`update credentials set last_used_at = ${now}, last_used_host = ${host}, last_used_by = ${by}
    where id = (select id from credentials where id = ${credentialId} for no key update skip locked)`.execute(tx)
}

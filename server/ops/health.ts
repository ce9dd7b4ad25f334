import { sql } from 'kysely'
import type { Readiness } from '#schema/system.ts'
import type { App } from '#server/app.ts'

type Needs = Pick<App, 'db' | 'jobs'>
type Check = Readiness['checks'][number]

const PATIENCE_MS = 2_000

/** Whether requests can be answered now: the database answers and the queue runs. Never throws, answers within seconds. */
export async function checkReadiness(app: Needs): Promise<Readiness> {
  const checks = await Promise.all([
    check('database', 'answers', async () => void (await sql`select 1`.execute(app.db))),
    check('queue', 'answers', async () => void (await app.jobs.boss.getQueues())),
  ])
  return { ready: checks.every(({ ok }) => ok), checks }
}

async function check(name: string, detail: string, work: () => Promise<void>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('late')), PATIENCE_MS)
  })
  try {
    await Promise.race([work(), late])
    return { name, ok: true, detail }
  } catch {
    return { name, ok: false, detail: 'does not answer; see the log' }
  } finally {
    clearTimeout(timer)
  }
}

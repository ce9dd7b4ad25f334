import { statfs } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Readiness } from '#schema/system.ts'
import type { App } from '#server/app.ts'

type Needs = Pick<App, 'db' | 'jobs' | 'config'>
type Check = Readiness['checks'][number]

const PATIENCE_MS = 2_000
/** Four segments of PostgreSQL's log: with less, the next write may be refused. */
const LEAST_FREE_BYTES = 64 * 1024 ** 2

const ANSWERS = { yes: 'answers', no: 'does not answer; see the log' }
const ROOM = { yes: 'has room', no: 'is almost full; nothing more can be written until space is freed' }

/** Whether requests can be answered now: the database answers, the queue runs, its disk has room. Never throws, answers within seconds. */
export async function checkReadiness(app: Needs): Promise<Readiness> {
  const checks = await Promise.all([
    check('database', ANSWERS, async () => void (await sql`select 1`.execute(app.db))),
    check('queue', ANSWERS, async () => void (await app.jobs.boss.getQueues())),
    ...(app.config.databaseUrl === undefined ? [check('disk', ROOM, () => findRoom(app.config.dataDir))] : []),
  ])
  return { ready: checks.every(({ ok }) => ok), checks }
}

async function findRoom(directory: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory)
  if (bavail * bsize < LEAST_FREE_BYTES) throw new Error('full')
}

async function check(name: string, words: { yes: string; no: string }, work: () => Promise<void>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('late')), PATIENCE_MS)
  })
  try {
    await Promise.race([work(), late])
    return { name, ok: true, detail: words.yes }
  } catch {
    return { name, ok: false, detail: words.no }
  } finally {
    clearTimeout(timer)
  }
}

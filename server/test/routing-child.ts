/** A process that routes events again and again, once it is told to go: to be killed by tests. Environment: DATABASE_URL. */
import { once } from 'node:events'
import { readConfig } from '#server/config.ts'
import { openDb } from '#server/db/open.ts'
import { openJobs } from '#server/jobs/jobs.ts'
import { systemClock } from '#server/platform/clock.ts'
import { openLog } from '#server/platform/log.ts'
import { openRouter, routeWaiting } from '#server/workflows/route.ts'

const config = readConfig(process.env)
const connection = { connectionString: config.databaseUrl }
const log = openLog('fatal')
const db = openDb(connection, () => {})
const app = { db, config, log, clock: systemClock, jobs: await openJobs(connection, log, { supervise: false }) }
const router = openRouter()
console.log('ready')
await once(process.stdin, 'data')
for (;;) await routeWaiting(app, router)

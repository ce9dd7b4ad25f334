import type { Config } from './config.ts'
import type { Db } from './db/open.ts'
import type { EgressFetch } from './egress/fetch.ts'
import type { Jobs } from './jobs/jobs.ts'
import type { Wake } from './jobs/wake.ts'
import type { Clock } from './platform/clock.ts'
import type { Log } from './platform/log.ts'
import type { Keys } from './vault/keys.ts'

/** Every resource the server holds. A function asks for the part it needs: `Pick<App, 'db' | 'clock'>`. */
export type App = {
  config: Config
  db: Db
  /** The guard's fetch: judged, unauthenticated. */
  fetch: EgressFetch
  clock: Clock
  keys: Keys
  log: Log
  jobs: Jobs
  /** What wakes the loops of this process; see onWake. */
  wake: Wake
}

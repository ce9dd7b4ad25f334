import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Running } from './boot.ts'

const STOP_WITHIN_MS = 10_000

// Compiled code is kept from start to start: a later one takes about half the time and 20 MB less. Not in the system's
// temporary directory, where others may write; where ours is read-only, Node goes on without.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/lockkeeper', import.meta.url)))
const giveUp = new AbortController()
let stopping = false
const starting = start()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
try {
  await starting
} catch (error) {
  console.error(`Lockkeeper did not start. ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}

async function start(): Promise<Running> {
  const started = performance.now()
  // After the cache is on, which serves only what is loaded later.
  const [{ boot }, { readConfig }, { openLog }] = await Promise.all([
    import('./boot.ts'),
    import('./config.ts'),
    import('./platform/log.ts'),
  ])
  const config = readConfig(process.env)
  // People read standard output, machines the JSON lines on standard error.
  const running = await boot(config, { log: openLog(config.logLevel, 2), signal: giveUp.signal })
  running.app.log.info({ parts: running.timings, ms: Math.round(performance.now() - started) }, 'started')
  flushCompileCache()
  if (stopping) return running
  const { publicUrl } = running.app.config
  console.log(
    config.roles.includes('api')
      ? `Lockkeeper is running at ${publicUrl}`
      : 'Lockkeeper is working: jobs only, it listens nowhere.',
  )
  if (running.setupToken !== null)
    console.log(`First start: make the admin at ${publicUrl}/setup with the set-up token ${running.setupToken}`)
  return running
}

/** Finishes what runs, then ends; a second signal, or ten seconds, end it at once. */
async function stop(): Promise<void> {
  if (stopping) process.exit(1)
  stopping = true
  console.log('Stopping. Press Ctrl-C again to stop at once.')
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
  giveUp.abort(new Error('It was stopped before it was ready.'))
  const running = await starting
  await running[Symbol.asyncDispose]()
  process.exit(0)
}

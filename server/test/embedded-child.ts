/** A process that holds the embedded database at its one argument, tells where it is, and stays: to be killed by tests. */
import { startEmbedded } from '#server/db/embedded.ts'
import { openLog } from '#server/platform/log.ts'

try {
  const embedded = await startEmbedded({ dataDir: process.argv[2] ?? '', log: openLog('silent') })
  console.log(JSON.stringify({ url: embedded.url, pid: embedded.pid }))
  process.on('SIGTERM', () => void embedded[Symbol.asyncDispose]().then(() => process.exit(0)))
} catch (error) {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }))
  process.exit(1)
}

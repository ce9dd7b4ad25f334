/**
 * `npm run demo`: a whole Lockkeeper with its own database, a simulated Confluence with a sample knowledge base, the first
 * admin, and an integration made through the same HTTP API that people use. Everything is removed when it stops.
 */
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SyncRun, Integration } from '#schema/integration.ts'
import { boot } from '#server/boot.ts'
import { readConfig } from '#server/config.ts'
import { openLog } from '#server/platform/log.ts'
import { pause } from '#server/platform/backoff.ts'
import { startSimulator } from './start.ts'

const EMAIL = 'demo@lockkeeper.example'

const { values: args } = parseArgs({
  options: { pages: { type: 'string', default: '0' }, latency: { type: 'string', default: '20' } },
})

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
try {
  await demo(stopping.signal)
} catch (error) {
  if (!stopping.signal.aborted) throw error
}

async function demo(signal: AbortSignal): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-demo-'))
  opened.defer(() => rm(dir, { recursive: true, force: true }))
  // As root, the database runs as another user, who has to pass through; what is inside is private by itself.
  await chmod(dir, 0o755)
  say('Starting a simulated Confluence …')
  const simulator = opened.use(
    await startSimulator({
      sample: true,
      pages: Number(args.pages),
      latencyMs: Number(args.latency),
      users: [{ email: EMAIL, key: randomBytes(18).toString('base64url') }],
    }),
  )
  const password = process.env['LOCKKEEPER_ADMIN_PASSWORD'] ?? randomBytes(9).toString('base64url')
  const email = process.env['LOCKKEEPER_ADMIN_EMAIL'] ?? EMAIL
  const config = readConfig({
    ...process.env,
    LOCKKEEPER_DATA_DIR: join(dir, 'data'),
    LOCKKEEPER_CONFIG_DIR: join(dir, 'config'),
    LOCKKEEPER_ADMIN_EMAIL: email,
    LOCKKEEPER_ADMIN_PASSWORD: password,
    LOCKKEEPER_EGRESS_ALLOW: new URL(simulator.url).host,
    LOCKKEEPER_CONFLUENCE_GATEWAY: simulator.url,
  })
  say('Starting Lockkeeper with its own PostgreSQL …')
  const lockkeeper = opened.use(
    await boot(config, { log: openLog(process.env['LOCKKEEPER_LOG_LEVEL'] ?? 'error', 2), signal }),
  )
  const call = await signIn(lockkeeper.url, email, password)
  const apiKey = simulator.users[0]?.key ?? ''
  const integration = Integration.parse(
    await call('POST', '/integrations', {
      connector: 'confluence',
      name: 'Sorrelby knowledge base',
      settings: { deployment: 'cloud', url: simulator.url, username: EMAIL, spaces: 'all' },
      secret: { apiKey },
    }),
  )
  say('Connected. First full sync:')
  const run = await watch(call, integration, signal)
  report(run, { url: config.publicUrl, email, password, confluence: simulator.url, apiKey })
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true })
  })
  say('Stopping …')
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>

async function signIn(url: string, email: string, password: string): Promise<Call> {
  let cookie = ''
  const call: Call = async (method, path, body) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    return text === '' ? undefined : JSON.parse(text)
  }
  await call('POST', '/sessions', { email, password })
  return call
}

async function watch(call: Call, integration: Integration, signal: AbortSignal): Promise<SyncRun> {
  for (;;) {
    const run = SyncRun.parse(
      await call('GET', `/integrations/${integration.id}/runs/${integration.lastRun?.id ?? ''}`),
    )
    draw(run)
    if (run.finishedAt !== null) return run
    await pause(200, signal)
  }
}

/** One line that is drawn over on a terminal; in a log file only the last state is written. */
function draw(run: SyncRun): void {
  const { done, total, pagesPerSecond } = run.progress
  const share = total === null || total === 0 ? 0 : Math.min(1, done / total)
  const width = 32
  const bar = '█'.repeat(Math.round(share * width)).padEnd(width, '░')
  const line = `  ${bar} ${done}${total === null ? '' : ` of ${total}`} pages, ${pagesPerSecond}/s`
  if (process.stdout.isTTY) process.stdout.write(`\r${line}\u001b[K${run.finishedAt === null ? '' : '\n'}`)
  else if (run.finishedAt !== null) say(line)
}

function report(
  run: SyncRun,
  about: { url: string; email: string; password: string; confluence: string; apiKey: string },
): void {
  const seconds =
    run.startedAt === null || run.finishedAt === null
      ? 0
      : (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000
  say(`
${run.status === 'succeeded' ? 'Done' : `The sync ${run.status}: ${run.error?.detail ?? ''}`}: ${run.counts.created} documents in ${seconds.toFixed(1)} s (${Math.round(run.counts.created / Math.max(seconds, 0.001))}/s), ${run.counts.requests} requests, ${run.counts.skipped} skipped.

  Open       ${about.url}
  Sign in    ${about.email}
  Password   ${about.password}

  Simulated Confluence   ${about.confluence}
  Its API key            ${about.apiKey}

Press Ctrl+C to stop; the demo's data is removed then.`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

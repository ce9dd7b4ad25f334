/**
 * n8n doing the same: a webhook starts a workflow whose one node sends a request with a stored header credential. As
 * installed, and at its fastest: no execution saved. Skipped with a loud line where it is not installed.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Agent, request } from 'undici'
import { newId } from '#server/platform/ids.ts'
import { inLoops, type Sink } from './delivery-load.ts'
import { freePort, runNode, startNode, type Part } from './processes.ts'

/** Messages per second by how many were sent at once; `lost`: acknowledged messages that a kill took along. */
export type N8nFigures = {
  usual?: Map<number, number>
  fastest?: Map<number, number>
  lost?: { usual: Loss; fastest: Loss }
}
export type Loss = { acknowledged: number; lost: number }

const MESSAGES: Record<number, number> = { 1: 100, 10: 400, 50: 600 }
const FASTEST = {
  EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none',
  EXECUTIONS_DATA_SAVE_ON_ERROR: 'none',
  EXECUTIONS_DATA_SAVE_ON_PROGRESS: 'false',
}
const START_WITHIN_MS = 180_000
const ARRIVE_WITHIN_MS = 120_000
const LOAD_BEFORE_KILL_MS = 3_000
const SETTLE_MS = 15_000

/** `N8N_DIR`: a folder in which n8n is installed; by default bench/peers/n8n. */
function findN8n(): string | undefined {
  const dir = process.env['N8N_DIR'] ?? fileURLToPath(new URL('peers/n8n', import.meta.url))
  const program = join(dir, 'node_modules/n8n/bin/n8n')
  return existsSync(program) ? program : undefined
}

export async function measureN8n(sink: Sink, loops: readonly number[]): Promise<N8nFigures> {
  const program = findN8n()
  if (program === undefined) {
    console.log('!!! n8n is NOT measured: it is not installed, see bench/README.md. !!!')
    return {}
  }
  const home = await mkdtemp(join(tmpdir(), 'lockkeeper-n8n-'))
  try {
    const env = await setUp(program, home, sink)
    const usual = await measureOne(program, env, sink, loops)
    const fastest = await measureOne(program, { ...env, ...FASTEST }, sink, loops)
    return {
      usual: usual.rates,
      fastest: fastest.rates,
      lost: { usual: usual.loss, fastest: fastest.loss },
    }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

type Env = Record<string, string>

/** A fresh n8n with the credential and the workflow; nothing of it calls home. */
async function setUp(program: string, home: string, sink: Sink): Promise<Env> {
  const port = await freePort()
  const broker = await freePort()
  const env = {
    N8N_USER_FOLDER: home,
    N8N_ENCRYPTION_KEY: randomBytes(16).toString('hex'),
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_PORT: String(port),
    N8N_RUNNERS_BROKER_PORT: String(broker),
    N8N_LOG_LEVEL: 'error',
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_COMMUNITY_PACKAGES_ENABLED: 'false',
  }
  await writeFile(join(home, 'credentials.json'), JSON.stringify([CREDENTIAL]))
  await writeFile(join(home, 'workflow.json'), JSON.stringify([workflow(sink)]))
  for (const command of [
    ['import:credentials', `--input=${join(home, 'credentials.json')}`],
    ['import:workflow', `--input=${join(home, 'workflow.json')}`],
    ['publish:workflow', `--id=${WORKFLOW_ID}`],
  ])
    await runNode([program, ...command], env)
  return env
}

async function measureOne(program: string, env: Env, sink: Sink, loops: readonly number[]) {
  const agent = new Agent({ connections: 64 })
  const rates = new Map<number, number>()
  let part = await start(program, env)
  try {
    await send(env, agent)
    for (const at of loops) rates.set(at, await measureRate(env, agent, sink, at))
    const { acknowledged, restarted } = await killUnderLoad(program, env, agent, part)
    part = restarted
    await pause(SETTLE_MS)
    const arrived = new Set((await sink.take()).map(({ key }) => key))
    const lost = acknowledged.filter((key) => !arrived.has(key)).length
    return { rates, loss: { acknowledged: acknowledged.length, lost } }
  } finally {
    await part[Symbol.asyncDispose]()
    await agent.close()
  }
}

async function start(program: string, env: Env): Promise<Part> {
  const part = startNode([program, 'start'], env)
  const until = performance.now() + START_WITHIN_MS
  const isUp = () =>
    request(`http://127.0.0.1:${env['N8N_PORT']}/healthz/readiness`).then(
      async ({ statusCode, body }) => {
        await body.dump()
        return statusCode === 200
      },
      () => false,
    )
  while (!(await isUp())) {
    if (part.child.exitCode !== null || performance.now() > until)
      throw new Error(`n8n did not become ready: ${part.output()}`)
    await pause(200)
  }
  // Ready is said a moment before the webhooks are there.
  const agent = new Agent()
  while ((await send(env, agent)) === undefined) await pause(200)
  await agent.close()
  return part
}

/** The key of the message, once n8n has said that it took it. */
async function send(env: Env, agent: Agent): Promise<string | undefined> {
  const key = newId()
  const { statusCode, body } = await request(`http://127.0.0.1:${env['N8N_PORT']}/webhook/bench`, {
    dispatcher: agent,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key, title: 'Page 1' }),
  })
  await body.dump()
  return statusCode === 200 ? key : undefined
}

async function measureRate(env: Env, agent: Agent, sink: Sink, loops: number): Promise<number> {
  await pause(1_000)
  await sink.take()
  const total = MESSAGES[loops] ?? 0
  const begun = performance.now()
  await inLoops(loops, total, async () => {
    if ((await send(env, agent)) === undefined) throw new Error('n8n refused a message')
  })
  while ((await sink.count()) < total) {
    if (performance.now() - begun > ARRIVE_WITHIN_MS) throw new Error('n8n did not send every message')
    await pause(5)
  }
  return total / ((performance.now() - begun) / 1000)
}

async function killUnderLoad(program: string, env: Env, agent: Agent, part: Part) {
  const acknowledged: string[] = []
  let stopped = false
  const writers = inLoops(10, Infinity, async () => {
    if (stopped) throw new Error('stopped')
    const key = await send(env, agent)
    if (key !== undefined) acknowledged.push(key)
  }).catch(() => {})
  await pause(LOAD_BEFORE_KILL_MS)
  part.child.kill('SIGKILL')
  stopped = true
  await writers
  return { acknowledged, restarted: await start(program, env) }
}

const WORKFLOW_ID = 'benchflow0000001'
const CREDENTIAL = {
  id: 'benchcred0000001',
  name: 'Sink',
  type: 'httpHeaderAuth',
  data: { name: 'Authorization', value: 'Bearer bench' },
}

function workflow(sink: Sink): unknown {
  return {
    id: WORKFLOW_ID,
    name: 'Bench',
    active: false,
    nodes: [
      {
        id: 'webhook',
        name: 'Webhook',
        type: 'n8n-nodes-base.webhook',
        typeVersion: 2,
        position: [0, 0],
        webhookId: 'bench',
        parameters: { httpMethod: 'POST', path: 'bench', options: {} },
      },
      {
        id: 'request',
        name: 'Request',
        type: 'n8n-nodes-base.httpRequest',
        typeVersion: 4.2,
        position: [200, 0],
        parameters: {
          method: 'POST',
          url: sink.url,
          authentication: 'genericCredentialType',
          genericAuthType: 'httpHeaderAuth',
          sendBody: true,
          specifyBody: 'json',
          jsonBody: '={{ JSON.stringify({ key: $json.body.key, title: $json.body.title, version: 1 }) }}',
          options: {},
        },
        credentials: { httpHeaderAuth: { id: CREDENTIAL.id, name: CREDENTIAL.name } },
      },
    ],
    connections: { Webhook: { main: [[{ node: 'Request', type: 'main', index: 0 }]] } },
    settings: {},
    pinData: {},
  }
}

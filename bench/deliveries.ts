/** Authenticated deliveries from the written event to the logged attempt, beside a bare loop and n8n to the same sink. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { Agent } from 'undici'
import { openDatabase } from '#server/boot.ts'
import { readConfig } from '#server/config.ts'
import type { Db } from '#server/db/open.ts'
import { openLog } from '#server/platform/log.ts'
import { inLoops, prepareLoad, sendBare, startSink, writeEvent, type Load, type Sink } from './delivery-load.ts'
import { makeHome, signIn, spawnServer } from './lockkeeper.ts'
import { measureN8n, type Loss, type N8nFigures } from './n8n.ts'
import { cpuOf, memoryOf, type Part } from './processes.ts'
import { times, whole, type Figure } from './report.ts'
import { summarise } from './search.ts'

const LOOPS = [1, 10, 50]
const EVENTS: Record<number, number> = { 1: 1_500, 10: 8_000, 50: 20_000 }
const BARE: Record<number, number> = { 1: 3_000, 10: 20_000, 50: 40_000 }
const PACED = 300
const PACE_MS = 40
const BACKLOG = 100_000
const SLICES = 10
const LOAD_BEFORE_KILL_MS = 3_000
/** Longer than a killed process's claims are held. */
const SETTLE_MS = 90_000
const ENV = { LOCKKEEPER_DELIVERY_CONCURRENCY: '50' }

type Bench = { sink: Sink; load: Load; db: Db; pid: number }

export async function benchDeliveries(options: { withBacklog: boolean }): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack()
  const sink = stack.use(await startSink())
  const home = stack.use(await makeHome())
  const account = { email: 'bench@lockkeeper.example', password: randomBytes(12).toString('base64url') }
  const env = {
    ...ENV,
    LOCKKEEPER_ADMIN_EMAIL: account.email,
    LOCKKEEPER_ADMIN_PASSWORD: account.password,
    LOCKKEEPER_EGRESS_ALLOW: sink.host,
  }
  const server = stack.use(await spawnServer(home.dir, env))
  const call = await signIn(server.url, account)
  const { db } = stack.use(await openDatabase(readConfig(server.env), openLog('error', 2)))
  const bench = { sink, load: await prepareLoad(call, db, sink), db, pid: server.pid }
  await run(bench, 10, 500) // warm
  const latency = await measureLatency(bench)
  const rates = new Map<number, { bare: number; own: Rate }>()
  for (const loops of LOOPS) {
    const bare = await measureBare(sink, loops)
    rates.set(loops, { bare, own: await run(bench, loops, EVENTS[loops] ?? 0) })
  }
  const backlog = options.withBacklog ? [await measureBacklog(bench)] : []
  const loss = await measureLoss(bench, server, () => spawnServer(home.dir, env))
  const n8n = await measureN8n(sink, LOOPS)
  const measured = LOOPS.map((loops) => rateFigure(loops, rates.get(loops), n8n))
  return [latency, ...measured, ...backlog, lossFigure(loss, n8n)]
}

type Rate = { perSecond: number; p50: number; p95: number; p99: number; cpuMicros: number; mb: number }

/** So many events by so many writers at once, until the last attempt is logged. */
async function run({ sink, load, db, pid }: Bench, loops: number, total: number): Promise<Rate> {
  await sink.take()
  const before = await countSent(db)
  const wroteAt = new Map<string, number>()
  const cpu = cpuOf(pid)
  const begun = performance.now()
  await inLoops(loops, total, async () => void wroteAt.set(await writeEvent(db, load), now()))
  while ((await countSent(db)) < before + total) await pause(5)
  const seconds = (performance.now() - begun) / 1000
  const used = cpuOf(pid)
  const arrivals = await sink.take()
  if (new Set(arrivals.map(({ key }) => key)).size !== total) throw new Error('not every event arrived')
  const taken = arrivals.map(({ key, at }) => at - (wroteAt.get(key) ?? at))
  return {
    perSecond: total / seconds,
    ...spread(taken),
    cpuMicros: ((used.own + used.below - cpu.own - cpu.below) / total) * 1e6,
    mb: memoryOf(pid)?.mb ?? 0,
  }
}

/** One event each 40 ms: from the moment its transaction is committed until the receiver has the request. */
async function measureLatency({ sink, load, db }: Bench): Promise<Figure> {
  await sink.take()
  const wroteAt = new Map<string, number>()
  for (let index = 0; index < PACED; index += 1) {
    wroteAt.set(await writeEvent(db, load), now())
    await pause(PACE_MS)
  }
  while ((await sink.count()) < PACED) await pause(10)
  const taken = (await sink.take()).map(({ key, at }) => at - (wroteAt.get(key) ?? at))
  const { p50, p95, p99 } = spread(taken)
  return {
    name: 'event written → receiver has it, unloaded',
    value: `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
    promise: 'p95 ≤ 250 ms',
    kept: p95 <= 250,
  }
}

async function measureBare(sink: Sink, loops: number): Promise<number> {
  const agent = new Agent({ connections: loops })
  const total = BARE[loops] ?? 0
  const begun = performance.now()
  await inLoops(loops, total, () => sendBare(sink, agent))
  const seconds = (performance.now() - begun) / 1000
  await agent.close()
  await sink.take()
  return total / seconds
}

function rateFigure(loops: number, measured: { bare: number; own: Rate } | undefined, n8n: N8nFigures): Figure {
  if (measured === undefined) throw new Error('a rate is missing')
  const { bare, own } = measured
  const usual = n8n.usual?.get(loops)
  const fastest = n8n.fastest?.get(loops)
  const ratios = [
    `${times(own.perSecond / bare)} of the bare loop’s ${whole(bare)}/s`,
    ...(usual === undefined ? [] : [`${times(own.perSecond / usual)} n8n as installed (${whole(usual)}/s)`]),
    ...(fastest === undefined
      ? []
      : [`${times(own.perSecond / fastest)} n8n without saved executions (${whole(fastest)}/s)`]),
  ]
  const isJudged = loops === 50
  const kept =
    own.perSecond / bare >= 0.2 &&
    (usual === undefined || own.perSecond / usual >= 50) &&
    (fastest === undefined || own.perSecond / fastest >= 20)
  return {
    name: `authenticated deliveries, logged, ${loops} at once`,
    value:
      `${whole(own.perSecond)}/s: ${ratios.join(', ')}; event → receiver p50 ${own.p50.toFixed(0)}, p95 ${own.p95.toFixed(0)}, ` +
      `p99 ${own.p99.toFixed(0)} ms; ${whole(own.cpuMicros)} µs of processor each (database included), ${whole(own.mb)} MB`,
    ...(isJudged ? { promise: '≥ ⅕ of the bare loop, ≥ 50 × n8n, ≥ 20 × n8n at its fastest', kept } : {}),
  }
}

/** 100,000 events written at once while nothing is sent; how fast they go out over time. */
async function measureBacklog({ sink, load, db }: Bench): Promise<Figure> {
  await sink.take()
  const before = await countSent(db)
  // Workflows look at waiting events only: these are shown to them all at once.
  await writeWaiting(db, load)
  const samples: { at: number; done: number }[] = []
  for (;;) {
    const done = (await countSent(db)) - before
    samples.push({ at: performance.now(), done })
    if (done >= BACKLOG) break
    await pause(200)
  }
  await sink.take()
  const rate = (slice: number) => {
    const from = at(samples, (BACKLOG * slice) / SLICES)
    const to = at(samples, (BACKLOG * (slice + 1)) / SLICES)
    return BACKLOG / SLICES / ((to - from) / 1000)
  }
  const rates = Array.from({ length: SLICES }, (_, slice) => rate(slice))
  const flat = (rates.at(-1) ?? 0) / (rates[1] ?? 1)
  return {
    name: `backlog of ${whole(BACKLOG)} deliveries drained`,
    value: `${rates.map(whole).join(', ')}/s by tenths; the last ${times(flat)} of the second`,
    promise: 'flat: ≥ 0.8',
    kept: flat >= 0.8,
  }
}

/** Killed with SIGKILL while ten write, and started again: which written events never come. */
async function measureLoss({ sink, load, db }: Bench, server: Part, restart: () => Promise<Part>): Promise<Loss> {
  await sink.take()
  const acknowledged: string[] = []
  let isOver = false
  const writers = inLoops(10, Infinity, async () => {
    if (isOver) throw new Error('over')
    acknowledged.push(await writeEvent(db, load))
  }).catch(() => {})
  await pause(LOAD_BEFORE_KILL_MS)
  server.child.kill('SIGKILL')
  isOver = true
  await writers
  await using again = await restart()
  const until = performance.now() + SETTLE_MS
  const arrived = new Set<string>()
  while (arrived.size < acknowledged.length && performance.now() < until && again.child.exitCode === null) {
    for (const { key } of await sink.take()) arrived.add(key)
    await pause(200)
  }
  return { acknowledged: acknowledged.length, lost: acknowledged.filter((key) => !arrived.has(key)).length }
}

function lossFigure(own: Loss, { lost }: N8nFigures): Figure {
  const words = ({ lost: gone, acknowledged }: Loss) => `${whole(gone)} of ${whole(acknowledged)}`
  const others =
    lost === undefined ? '' : `; n8n as installed ${words(lost.usual)}, without saved executions ${words(lost.fastest)}`
  return {
    name: 'acknowledged and never received after `kill -9` under load',
    value: `${words(own)}${others}`,
    promise: '0',
    kept: own.lost === 0,
  }
}

async function writeWaiting(db: Db, load: Load): Promise<void> {
  await sql`insert into events (id, type, dedupe_key, space_id, subject_id, payload)
    select gen_random_uuid(), 'status.changed', 'backlog-' || n, ${load.spaceId}, d.id,
      jsonb_build_object('documentId', d.id, 'workflowId', ${load.workflowId}::text, 'from', 'review', 'to', 'approved',
        'transition', 'Approve', 'comment', 'backlog-' || n, 'reason', 'transition')
    from generate_series(1, ${BACKLOG}::integer) as n
    join (select id, row_number() over () as k from documents where space_id = ${load.spaceId}) as d
      on d.k = 1 + n % ${load.documents.length}`.execute(db)
}

function at(samples: { at: number; done: number }[], wanted: number): number {
  const index = samples.findIndex(({ done }) => done >= wanted)
  const [before, after] = [samples[index - 1], samples[index]]
  if (before === undefined || after === undefined || after.done === before.done) return after?.at ?? 0
  return before.at + ((after.at - before.at) * (wanted - before.done)) / (after.done - before.done)
}

async function countSent(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from delivery_attempts where code = 'sent'`.execute(db)
  return rows[0]?.count ?? 0
}

function spread(taken: number[]): { p50: number; p95: number; p99: number } {
  const { p50, p95 } = summarise(taken)
  const sorted = taken.toSorted((a, b) => a - b)
  return { p50, p95, p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0 }
}

function now(): number {
  return performance.timeOrigin + performance.now()
}

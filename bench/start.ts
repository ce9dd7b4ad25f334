/** From the start of the process to a page that answers: the first time, and every later time. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { makeHome, spawnServer } from './lockkeeper.ts'
import { memoryOf } from './processes.ts'
import { whole, type Figure } from './report.ts'

const ROUNDS = 3
const IDLE_MS = 20_000
const MOST_IDLE_MB = 200

/** A first start has no database, no key and no compiled code kept from before. The slowest of three counts. */
export async function benchStart(): Promise<Figure[]> {
  const [firstMs, laterMs, idleMb]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < ROUNDS; round++) {
    await using home = await makeHome()
    const cache = await mkdtemp(join(tmpdir(), 'lockkeeper-bench-code-'))
    const env = { NODE_COMPILE_CACHE: cache }
    for (const times of [firstMs, laterMs]) {
      await using server = await spawnServer(home.dir, env)
      times.push(server.usableMs)
      if (round > 0) continue
      await pause(IDLE_MS)
      idleMb.push(memoryOf(server.pid)?.mb ?? Number.NaN)
    }
    await rm(cache, { recursive: true })
  }
  const idle = Math.max(...idleMb)
  return [
    figureOf('first start to usable page, embedded database included', firstMs, 5),
    figureOf('later start to usable page', laterMs, 2),
    {
      name: 'memory of the server, idle for 20 s after a first and a later start',
      value: idleMb.map((mb) => `${whole(mb)} MB`).join(', '),
      promise: `≤ ${MOST_IDLE_MB} MB`,
      kept: idle <= MOST_IDLE_MB,
    },
  ]
}

function figureOf(name: string, times: number[], mostSeconds: number): Figure {
  const seconds = times.map((ms) => (ms / 1000).toFixed(2)).join(', ')
  const kept = Math.max(...times) <= mostSeconds * 1000
  return { name, value: `${seconds} s`, promise: `≤ ${mostSeconds} s`, kept }
}

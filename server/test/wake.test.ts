import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { transact } from '#server/db/transact.ts'
import { emit } from '#server/events/emit.ts'
import { onWake, openWake, type Wake } from '#server/jobs/wake.ts'
import { openLog } from '#server/platform/log.ts'
import { openTestDatabase, type TestDatabase } from './database.ts'

let database: TestDatabase
let wake: Wake
let woken: { events: number; deliveries: number }

beforeEach(async () => {
  database = await openTestDatabase()
  wake = openWake({ connectionString: database.url }, openLog('silent'))
  woken = { events: 0, deliveries: 0 }
  onWake({ wake }, 'events', () => void (woken.events += 1))
  onWake({ wake }, 'deliveries', () => void (woken.deliveries += 1))
  // Both are woken once as soon as it listens.
  await expect.poll(() => woken, { timeout: 20_000 }).toEqual({ events: 1, deliveries: 1 })
})
afterEach(async () => {
  await wake[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const notify = (topic: string) => sql`select pg_notify('lockkeeper', ${topic})`.execute(database.db)

test('who waits for a topic is woken when a transaction that told it has committed, and the others are not', async () => {
  const event = { type: 'page.updated', dedupeKey: 'once', payload: {} }
  const rolledBack = transact(database.db, async (tx) => {
    await emit(tx, event)
    throw new Error('rolled back')
  })
  await expect(rolledBack).rejects.toThrow('rolled back')
  await transact(database.db, (tx) => emit(tx, event))
  await expect.poll(() => woken.events).toBe(2)
  await notify('deliveries')
  await expect.poll(() => woken).toEqual({ events: 2, deliveries: 2 })
})

test('after its connection is lost it listens again, and wakes all for what was told meanwhile', async () => {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%' and datname = current_database()`.execute(
    database.db,
  )
  await expect.poll(() => woken, { timeout: 20_000 }).toEqual({ events: 2, deliveries: 2 })
  await notify('events')
  await expect.poll(() => woken.events).toBe(3)
})

test('who no longer wants to be woken is left alone', async () => {
  const calls: string[] = []
  const end = onWake({ wake }, 'events', () => void calls.push('first'))
  onWake({ wake }, 'events', () => void calls.push('second'))
  end()
  await notify('events')
  await expect.poll(() => calls).toEqual(['second'])
})

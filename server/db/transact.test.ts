import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from 'kysely'
import { openTestDatabase, type TestDatabase } from '#server/test/database.ts'
import { transactAnew } from './transact.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
  await sql`create table held (id integer primary key)`.execute(database.db)
  await sql`insert into held values (1), (2)`.execute(database.db)
})
afterAll(() => database[Symbol.asyncDispose]())

test('two that wait for each other both come through, one of them at another try', async () => {
  let tries = 0
  const both = Promise.withResolvers<void>()
  const crosswise = (first: number, second: number) => {
    let isFirst = true
    return transactAnew(database.db, async (tx) => {
      tries += 1
      await sql`select from held where id = ${first} for update`.execute(tx)
      if (isFirst && tries === 2) both.resolve()
      if (isFirst) await both.promise
      isFirst = false
      await sql`select from held where id = ${second} for update`.execute(tx)
      return first
    })
  }
  expect(await Promise.all([crosswise(1, 2), crosswise(2, 1)])).toEqual([1, 2])
  expect(tries).toBeGreaterThan(2)
})

test('any other error is thrown at once', async () => {
  let tries = 0
  const failing = transactAnew(database.db, async (tx) => {
    tries += 1
    await sql`select nonsense`.execute(tx)
  })
  await expect(failing).rejects.toThrow('nonsense')
  expect(tries).toBe(1)
})

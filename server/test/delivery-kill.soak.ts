import { expect, test } from 'vitest'
import { killUnderLoad } from './delivery-kill.ts'

const patient = { timeout: 3_600_000 }

test('100 kills of the server and 20 of the database lose nothing and double nothing', patient, async () => {
  const outcome = await killUnderLoad({ server: 100, database: 20 })
  console.log(JSON.stringify({ ...outcome, lost: outcome.lost.length, twice: outcome.twice.length }))
  expect(outcome).toMatchObject({ lost: [], twice: [] })
})

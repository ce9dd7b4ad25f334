import { expect, test } from 'vitest'
import { killUnderLoad } from './delivery-kill.ts'

const patient = { timeout: 240_000 }

test('whoever is killed, every acknowledged move reaches the receiver under one id', patient, async () => {
  const outcome = await killUnderLoad({ server: 8, database: 3 })
  expect(outcome).toMatchObject({ lost: [], twice: [] })
  expect(outcome.acknowledged).toBeGreaterThan(100)
})

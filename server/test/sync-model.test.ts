import { assert, asyncProperty } from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { someSteps } from './sync-model-steps.ts'
import { checkModel } from './sync-model.ts'
import { startModelServer, type ModelServer } from './sync-model-world.ts'

let server: ModelServer
beforeAll(async () => {
  server = await startModelServer()
})
afterAll(() => server[Symbol.asyncDispose]())

test('after changes, faults, crashes and syncs in any order one sweep makes the store equal to the site', async () => {
  await assert(
    asyncProperty(someSteps(100), async (steps) => void (await checkModel(server, steps))),
    { numRuns: 4, endOnFailure: true },
  )
}, 300_000)

test('so it does on a Data Center', async () => {
  await assert(
    asyncProperty(someSteps(100, 'dc'), async (steps) => void (await checkModel(server, steps, 'dc'))),
    { numRuns: 1, endOnFailure: true },
  )
}, 120_000)

test('what came back from the trash since the last sweep outlives its quarantine, and what stayed there goes with it', async () => {
  const kinds = ['trash', 'trash', 'sweep', 'restore', 'end-quarantine', 'trash'] as const
  expect(
    await checkModel(
      server,
      [...kinds].map((kind, at) => ({ kind, a: 7 * at, b: 0 })),
    ),
  ).toBe(1)
}, 120_000)

import { assert, asyncProperty } from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { someSteps } from './sync-model-steps.ts'
import { checkModel } from './sync-model.ts'
import { startModelServer, type ModelServer } from './sync-model-world.ts'

let server: ModelServer
beforeAll(async () => {
  server = await startModelServer()
})
afterAll(() => server[Symbol.asyncDispose]())

test('on a Data Center 600 of them, and one sweep makes the store equal to the site', async () => {
  await assert(
    asyncProperty(someSteps(150, 'dc'), async (some) => void (await checkModel(server, some, 'dc'))),
    { numRuns: 4, endOnFailure: true },
  )
}, 1_200_000)

test('6,000 changes, faults, crashes and syncs, and one sweep makes the store equal to the site', async () => {
  let steps = 0
  await assert(
    asyncProperty(someSteps(150), async (some) => {
      await checkModel(server, some)
      console.log(`${(steps += some.length)} steps`)
    }),
    { numRuns: 40, endOnFailure: true },
  )
}, 3_600_000)

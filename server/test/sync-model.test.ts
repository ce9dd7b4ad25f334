import { assert, asyncProperty } from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { someSteps } from './sync-model-steps.ts'
import { checkModel, startModelServer, type ModelServer } from './sync-model.ts'

let server: ModelServer
beforeAll(async () => {
  server = await startModelServer()
})
afterAll(() => server[Symbol.asyncDispose]())

test('after changes, faults, crashes and syncs in any order one sweep makes the store equal to the site', async () => {
  await assert(
    asyncProperty(someSteps(100), (steps) => checkModel(server, steps)),
    { numRuns: 4, endOnFailure: true },
  )
}, 300_000)

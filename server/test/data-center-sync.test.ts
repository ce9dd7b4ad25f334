import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDataCenterSite, type DataCenterSite } from './data-center-site.ts'
import { storedTruth, wantedTruth } from './sync-site.ts'

let site: DataCenterSite
beforeAll(async () => {
  site = await startDataCenterSite({ pages: 260, spaces: 3, personalSpaces: 1, archivedSpaces: 1, blogPosts: 60 })
  await site.connect()
})
afterAll(() => site[Symbol.asyncDispose]())

test('P6, P8: a full sync brings everything there is, though lists are capped and their links lack the context path', async () => {
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

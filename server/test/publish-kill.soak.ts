import { test } from 'vitest'
import { killInMidPublish } from './publish-kill.ts'

test('killed a hundred times in mid-publish, nothing is lost and nothing doubled', { timeout: 1_800_000 }, async () => {
  console.log(JSON.stringify(await killInMidPublish(100)))
})

import { test } from 'vitest'
import { killInMidSync } from './sync-kill.ts'

test('killed a hundred times in mid-sync, nothing is lost and nothing doubled', { timeout: 3_600_000 }, async () => {
  console.log(JSON.stringify(await killInMidSync(100)))
})

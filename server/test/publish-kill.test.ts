import { expect, test } from 'vitest'
import { killInMidPublish } from './publish-kill.ts'

test('killed eight times in mid-publish, nothing is lost and nothing doubled', { timeout: 180_000 }, async () => {
  const moments = await killInMidPublish(8)
  expect(Object.values(moments).reduce((sum, count) => sum + count)).toBe(8)
})

import type { RunCounts, SyncRun } from '#schema/integration.ts'
import { count, formatNumber, formatSeconds } from '../ui/format.ts'

const words = ['created', 'updated', 'unchanged', 'deleted', 'skipped'] as const

/** "3 created, 1 updated"; what is zero is left out. */
export function describeCounts(counts: RunCounts): string {
  const parts = words.filter((word) => counts[word] > 0).map((word) => `${formatNumber(counts[word])} ${word}`)
  return parts.length === 0 ? 'nothing changed' : parts.join(', ')
}

/** How long a run took and how much it asked of Confluence. */
export function describeEffort({ startedAt, finishedAt, counts }: SyncRun): string {
  const requests = count(counts.requests, 'request')
  if (startedAt === null || finishedAt === null) return requests
  const seconds = (new Date(finishedAt).getTime() - new Date(startedAt).getTime()) / 1000
  return `${formatSeconds(seconds)}, ${requests}`
}

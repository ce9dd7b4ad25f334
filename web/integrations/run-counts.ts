import type { SyncRun } from '#schema/integration.ts'
import { count, formatNumber, formatSeconds } from '../ui/format.ts'

const words = ['created', 'updated', 'unchanged', 'deleted', 'skipped'] as const

/** "3 created, 1 updated · 2 s, 7 requests": what a run did, how long it took and how much it asked of Confluence. */
export function describeRun(run: SyncRun): string {
  return [describeCounts(run), describeEffort(run)].filter((part) => part !== '').join(' · ')
}

/** What is zero is left out; that nothing changed is said only where that is known. */
function describeCounts({ counts, status }: SyncRun): string {
  const parts = words.filter((word) => counts[word] > 0).map((word) => `${formatNumber(counts[word])} ${word}`)
  return parts.length === 0 && status === 'succeeded' ? 'nothing changed' : parts.join(', ')
}

function describeEffort({ startedAt, finishedAt, counts }: SyncRun): string {
  const requests = count(counts.requests, 'request')
  if (startedAt === null || finishedAt === null) return requests
  const seconds = (new Date(finishedAt).getTime() - new Date(startedAt).getTime()) / 1000
  return `${formatSeconds(seconds)}, ${requests}`
}

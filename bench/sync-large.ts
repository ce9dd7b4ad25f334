/** Full sync of 100,000 pages: memory stays flat, and the end is as fast as the start. */
import { startLockkeeper, type Progress } from './lockkeeper.ts'
import type { Memory } from './processes.ts'
import { times, whole, type Figure } from './report.ts'
import { startSite } from './site.ts'
import { describeSync, figureOfRequests, syncAll } from './sync.ts'

const PAGES = 100_000
const MOST_MB = 350
/** From the second fifth of the run to the last: memory that grows with the pages would grow four times. */
const MOST_GROWTH = 1.25

export async function benchLargeSync(nodeArgs: string[] = []): Promise<Figure[]> {
  await using site = await startSite({ pages: PAGES, latencyMs: 50 })
  await using lockkeeper = await startLockkeeper({ site, nodeArgs })
  const sync = await syncAll(lockkeeper, site, 'members')
  const label = (name: string) => `${name}, ${whole(PAGES)} pages, 50 ms`
  const peak = sync.memory.peakMb()
  const growth = growthOf(sync.memory)
  const [first, last] = [rateBetween(sync.progress, 0, 0.1), rateBetween(sync.progress, 0.9, 1)]
  return [
    { name: label('**Lockkeeper**, without permissions: converted, stored, searchable'), value: describeSync(sync) },
    ...figureOfRequests(sync, label),
    {
      name: label('peak memory of the server'),
      value: `${whole(peak)} MB`,
      promise: `≤ ${MOST_MB} MB`,
      kept: peak <= MOST_MB,
    },
    {
      name: label('memory, last fifth of the run ÷ second fifth'),
      value: times(growth),
      promise: `flat: ≤ ${MOST_GROWTH} ×`,
      kept: growth <= MOST_GROWTH,
    },
    {
      name: label('pages/s, last tenth ÷ first tenth'),
      value: `${times(last / first)} (${whole(first)} → ${whole(last)})`,
      promise: '≥ 0.8 ×',
      kept: last / first >= 0.8,
    },
  ]
}

export function growthOf({ samples }: Memory): number {
  const fifth = Math.floor(samples.length / 5)
  const mean = (part: Memory['samples']) => part.reduce((sum, { mb }) => sum + mb, 0) / part.length
  return mean(samples.slice(-fifth)) / mean(samples.slice(fifth, 2 * fifth))
}

/** Pages per second between two shares of all pages; the time before the first page does not count. */
function rateBetween(progress: Progress[], from: number, to: number): number {
  const total = progress.at(-1)?.done ?? 0
  const first = progress.findLast(({ done }) => done <= total * from) ?? progress[0]
  const last = progress.find(({ done }) => done >= total * to)
  if (first === undefined || last === undefined) throw new Error('The run showed no progress.')
  return (last.done - first.done) / ((last.at - first.at) / 1000)
}

import type { Sync } from './context.ts'

/**
 * Does `work` for each item, a few at once. The first failure stops the others, and they are waited for: nothing of a run
 * goes on behind the back of who ends it.
 */
export async function eachOf<T>(
  sync: Pick<Sync, 'stop'>,
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  const failures: unknown[] = []
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (let item = waiting.shift(); item !== undefined && failures.length === 0; item = waiting.shift()) {
      try {
        await work(item)
      } catch (error) {
        failures.push(error)
        sync.stop()
      }
    }
  })
  await Promise.all(workers)
  if (failures.length > 0) throw failures[0]
}

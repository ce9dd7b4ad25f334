/** Sends a change once. When it is not known what came of it, it looks before anything is sent again. */
import type { App } from '#server/app.ts'
import { outcomeOf } from '#server/connectors/confluence/push-outcome.ts'
import { pause } from '#server/platform/backoff.ts'
import { Problem, Upstream } from '#server/platform/problem.ts'
import { closePublish } from './store.ts'

/** When it is looked for the change: at once, and after so many milliseconds more each. */
const LOOKS_AFTER_MS = [0, 500, 1500, 3000]

export type Sending<T> = {
  /** One request. */
  write: () => Promise<T>
  /** What the change made, if it is there; throws when that cannot be seen. */
  arrived: () => Promise<T | undefined>
  /** A second request of the same could not do it twice: a version or a title guards it. */
  isGuarded: boolean
}

/**
 * The answer to the change, or what is found of it. Throws what Confluence refused, and 502 `outcome-unknown` while nobody
 * knows: the row then stays open and is settled by looking again (settle.ts).
 */
export async function sendOnce<T>(app: Pick<App, 'db'>, publishId: string, sending: Sending<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await sending.write()
    } catch (error) {
      if (outcomeOf(error) === 'refused') {
        // The second is refused when the first was only slow.
        const late = attempt === 1 ? undefined : await sending.arrived()
        if (late !== undefined) return late
        await closePublish(app.db, publishId, 'refused', { detail: error instanceof Error ? error.message : '' })
        throw error
      }
      const found = await look(sending, error)
      if (found !== undefined) return found
      if (attempt === 2 || !sending.isGuarded) throw unknownOutcome(error)
    }
  }
}

async function look<T>({ arrived }: Sending<T>, cause: unknown): Promise<T | undefined> {
  let isSeen = false
  for (const wait of LOOKS_AFTER_MS) {
    if (wait > 0) await pause(wait)
    try {
      const found = await arrived()
      if (found !== undefined) return found
      isSeen = true
    } catch (error) {
      if (!(error instanceof Upstream)) throw error
      isSeen = false
    }
  }
  if (!isSeen) throw unknownOutcome(cause)
  return undefined
}

function unknownOutcome(cause: unknown): Problem {
  const host = cause instanceof Upstream ? cause.host : 'Confluence'
  return new Problem(
    502,
    'outcome-unknown',
    `It is not known whether ${host} took the change: the connection failed after it was sent, and the change is not to be seen there so far. Lockkeeper looks again by itself. Look at the page before you send it once more.`,
    { host },
  )
}

/** What may have come of a write that failed: whether it is known that Confluence did not do it. */
import { Problem, Upstream } from '#server/platform/problem.ts'

/** Failures before a byte of the request was sent. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'dns-failed',
  'dns-not-found',
  'connect-refused',
  'connect-timeout',
  'unreachable',
  'address-changed',
])

/**
 * `refused`: nothing was done, and that is certain. `unknown`: the request may have arrived, whatever the answer says; it
 * is never sent again before somebody has looked.
 */
export function outcomeOf(error: unknown): 'refused' | 'unknown' {
  if (error instanceof Problem) return 'refused'
  if (!(error instanceof Upstream)) return 'unknown'
  if (error.status === undefined) return NOT_SENT.has(error.code) ? 'refused' : 'unknown'
  // 408: the server gave up waiting, perhaps for itself.
  return error.status >= 300 && error.status < 500 && error.status !== 408 ? 'refused' : 'unknown'
}

/**
 * Asks for something after a write was taken. What is refused then is the asking: the write is done, and must not be told as
 * refused.
 */
export async function afterWrite<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof Upstream)) throw error
    const { host, message } = error
    throw new Upstream(host, 'not-read', `The change arrived, but what came of it could not be read: ${message}`, {
      cause: error,
    })
  }
}

/** Somebody else has published since: the version that was sent is not the next one. */
export function isVersionConflict(error: unknown): boolean {
  if (!(error instanceof Upstream)) return false
  return error.status === 409 || (error.status === 400 && /version must be incremented/i.test(error.said ?? ''))
}

/** Another page of the space has the title. */
export function isTitleClash(error: unknown): boolean {
  if (!(error instanceof Upstream) || (error.status !== 400 && error.status !== 409)) return false
  return /already exists with (this|the same) title|title already exists|same title/i.test(error.said ?? '')
}

/** The markup is not well-formed, or holds what Confluence does not take. */
export function isBadMarkup(error: unknown): boolean {
  return error instanceof Upstream && error.status === 400 && /xhtml|parsing|storage format/i.test(error.said ?? '')
}

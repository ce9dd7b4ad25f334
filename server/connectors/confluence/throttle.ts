/**
 * Manners towards one site: so many requests at once and a minute; an address that asked for fewer gets none until its time
 * has come, and one at a time for a while after; and all waiting for limits together has an end.
 */
import { openLimiter } from '#server/egress/limit.ts'
import { pause } from '#server/platform/backoff.ts'
import { Upstream } from '#server/platform/problem.ts'

export type ThrottleOptions = {
  host: string
  /** Requests at once. */
  concurrency: number
  requestsPerMinute?: number | undefined
  /** The most that all may wait for limits together, by the clock on the wall; endless when left out. */
  maxWaitMs?: number | undefined
}

export type Throttle = {
  /** Runs `work` when it is its turn. Throws the signal's reason when aborted before. */
  run<T>(endpoint: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /** The site asked for fewer requests to this address: none for so long, then one at a time. */
  slowDown(endpoint: string, milliseconds: number): void
  /** Waits because the site asked for it. Throws Upstream `rate-limit-budget` when that would be more than all may wait. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** How long there was any waiting for limits so far; two that wait beside each other count once. */
  readonly waitedMs: number
}

/** How long an address that asked for fewer requests gets one at a time. */
const SLOW_MS = 60_000

export function openThrottle({ host, concurrency, requestsPerMinute, maxWaitMs }: ThrottleOptions): Throttle {
  const perSecond = requestsPerMinute === undefined ? {} : { perSecond: requestsPerMinute / 60 }
  const all = openLimiter({ concurrency, ...perSecond })
  const single = openLimiter({ concurrency: 1 })
  const slowed = new Map<string, { openAt: number; until: number }>()
  let waiting = 0
  let since = 0
  let waited = 0

  const waitedMs = () => waited + (waiting > 0 ? performance.now() - since : 0)

  async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (waitedMs() + milliseconds > (maxWaitMs ?? Number.POSITIVE_INFINITY)) throw tooLong(host, maxWaitMs ?? 0)
    if (waiting === 0) since = performance.now()
    waiting += 1
    try {
      await pause(milliseconds, signal)
    } finally {
      waiting -= 1
      if (waiting === 0) waited += performance.now() - since
    }
  }

  function closedFor(endpoint: string): number {
    return Math.max(0, (slowed.get(endpoint)?.openAt ?? 0) - performance.now())
  }

  async function take<T>(endpoint: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      const milliseconds = closedFor(endpoint)
      if (milliseconds > 0) await wait(milliseconds, signal)
      // It may have been closed while this one stood in the queue: then others get the place.
      const done = await all.run(
        host,
        async () => (closedFor(endpoint) > 0 ? undefined : { value: await work() }),
        signal,
      )
      if (done !== undefined) return done.value
    }
  }

  return {
    get waitedMs() {
      return waitedMs()
    },
    wait,
    slowDown(endpoint, milliseconds) {
      const openAt = Math.max(slowed.get(endpoint)?.openAt ?? 0, performance.now() + milliseconds)
      slowed.set(endpoint, { openAt, until: openAt + SLOW_MS })
    },
    run(endpoint, work, signal) {
      const isSlow = (slowed.get(endpoint)?.until ?? 0) > performance.now()
      if (!isSlow) {
        slowed.delete(endpoint)
        return take(endpoint, work, signal)
      }
      return single.run(endpoint, () => take(endpoint, work, signal), signal)
    },
  }
}

/** Words of an address that stand before a name, not an id. */
const NAMED = new Set(['space', 'group', 'label', 'user', 'bynamespace'])

/** A request's kind of address: `GET /api/v2/pages/{id}`. */
export function endpointOf(method: string, path: string): string {
  const [plain = ''] = path.split('?')
  const segments = plain.split('/')
  // Files of Data Center: below it lie their names.
  if (segments[1] === 'download') return `${method} /download`
  const kinds = segments.map((segment, index) => {
    const isId = /\d/.test(segment) && !/^v\d$/.test(segment)
    return isId || NAMED.has(segments[index - 1] ?? '') ? '{id}' : segment
  })
  return `${method} ${kinds.join('/')}`
}

function tooLong(host: string, maxWaitMs: number): Upstream {
  const minutes = Math.round(maxWaitMs / 60_000)
  return new Upstream(
    host,
    'rate-limit-budget',
    `${host} kept asking for fewer requests, and this run has waited as long for it as it may (${minutes} min). The next run goes on from here; give it more time, or fewer requests a minute, in its sync settings.`,
  )
}

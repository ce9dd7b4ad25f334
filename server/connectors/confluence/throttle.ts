/**
 * Manners towards one site, shared by all who ask it: so many requests at once and a minute; an address that asked for fewer
 * gets none until its time has come, and one at a time for a while after. Who holds a turn never waits for another.
 */
import { openLimiter, type LimiterOptions } from '#server/egress/limit.ts'

export type Pace = {
  /** Requests at once. */
  concurrency: number
  requestsPerMinute?: number | undefined
}

export type Turn = {
  signal?: AbortSignal | undefined
  /** Goes before all that is not. */
  isUrgent?: boolean | undefined
  /** Waits until an address is open again; what it throws ends the turn before it began. */
  wait: (milliseconds: number) => Promise<void>
}

export type Throttle = {
  /** Runs `work` when it is its turn. Throws the signal's reason when aborted before. */
  run<T>(endpoint: string, work: () => Promise<T>, turn: Turn): Promise<T>
  /** The site asked for fewer requests to this address: none for so long, then one at a time. */
  slowDown(endpoint: string, milliseconds: number): void
  /** Nothing is asked for so long, wherever. */
  close(milliseconds: number): void
  /** Another pace from now on; what the site asked for until then is forgotten with the former one. */
  change(pace: Pace): void
}

/** How long an address that asked for fewer requests gets one at a time. */
const SLOW_MS = 60_000
const ALL = 'all'

export function openThrottle(pace: Pace): Throttle {
  const all = openLimiter(limitsOf(pace))
  const single = openLimiter({ concurrency: 1 })
  const slowed = new Map<string, { openAt: number; until: number }>()
  let current = pace
  let allOpenAt = 0

  function closedFor(endpoint: string): number {
    const openAt = Math.max(allOpenAt, slowed.get(endpoint)?.openAt ?? 0)
    return Math.max(0, openAt - performance.now())
  }

  function isSlow(endpoint: string): boolean {
    if ((slowed.get(endpoint)?.until ?? 0) > performance.now()) return true
    slowed.delete(endpoint)
    return false
  }

  return {
    slowDown(endpoint, milliseconds) {
      const openAt = Math.max(slowed.get(endpoint)?.openAt ?? 0, performance.now() + milliseconds)
      slowed.set(endpoint, { openAt, until: openAt + SLOW_MS })
    },
    close(milliseconds) {
      allOpenAt = performance.now() + milliseconds
    },
    change(changed) {
      if (changed.concurrency === current.concurrency && changed.requestsPerMinute === current.requestsPerMinute) return
      current = changed
      slowed.clear()
      allOpenAt = 0
      all.change(limitsOf(changed))
    },
    async run<T>(endpoint: string, work: () => Promise<T>, { signal, isUrgent, wait }: Turn): Promise<T> {
      for (;;) {
        // Nobody waits for an address to open while he has a place: others may not be as patient.
        const milliseconds = closedFor(endpoint)
        if (milliseconds > 0) await wait(milliseconds)
        const begin = () =>
          all.run(ALL, async () => (closedFor(endpoint) > 0 ? undefined : { value: await work() }), signal, isUrgent)
        const done = await (isSlow(endpoint) ? single.run(endpoint, begin, signal, isUrgent) : begin())
        if (done !== undefined) return done.value
      }
    },
  }
}

function limitsOf({ concurrency, requestsPerMinute }: Pace): LimiterOptions {
  return { concurrency, ...(requestsPerMinute === undefined ? {} : { perSecond: requestsPerMinute / 60 }) }
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

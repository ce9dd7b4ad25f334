/** Waiting of one who asks, be it a run or a person, for limits and between tries: it has an end, and is counted. */
import { pause } from '#server/platform/backoff.ts'
import { Upstream } from '#server/platform/problem.ts'

export type WaitingOptions = {
  host: string
  signal?: AbortSignal | undefined
  /** The most that all requests together may wait, by the clock on the wall; endless when left out. */
  maxWaitMs?: number | undefined
  /** The longest wait at once: what would take longer is told. */
  patienceMs?: number | undefined
}

export type Waiting = {
  /** Throws Upstream `rate-limit-budget` when that would be more than all may wait, `rate-limited` when it is too long at once. */
  wait: (milliseconds: number) => Promise<void>
  /** Whether all may wait so much longer. */
  hasTimeFor: (milliseconds: number) => boolean
  /** How long there was any waiting so far; two that wait beside each other count once. */
  readonly waitedMs: number
}

export function openWaiting({ host, signal, maxWaitMs, patienceMs }: WaitingOptions): Waiting {
  let waiting = 0
  let since = 0
  let waited = 0

  const waitedMs = () => waited + (waiting > 0 ? performance.now() - since : 0)

  const hasTimeFor = (milliseconds: number) => waitedMs() + milliseconds <= (maxWaitMs ?? Number.POSITIVE_INFINITY)

  return {
    get waitedMs() {
      return waitedMs()
    },
    hasTimeFor,
    async wait(milliseconds) {
      if (patienceMs !== undefined && milliseconds > patienceMs) throw stillClosed(host, milliseconds)
      if (!hasTimeFor(milliseconds)) throw tooLong(host, maxWaitMs ?? 0)
      if (waiting === 0) since = performance.now()
      waiting += 1
      try {
        await pause(milliseconds, signal)
      } finally {
        waiting -= 1
        if (waiting === 0) waited += performance.now() - since
      }
    },
  }
}

/** As the site would say it, were it asked: nothing was sent. */
function stillClosed(host: string, milliseconds: number): Upstream {
  const retryAfterSeconds = Math.ceil(milliseconds / 1000)
  const message = `${host} asks for fewer requests, for another ${retryAfterSeconds} s.`
  return new Upstream(host, 'rate-limited', message, { status: 429, retryAfterSeconds })
}

function tooLong(host: string, maxWaitMs: number): Upstream {
  const minutes = Math.round(maxWaitMs / 60_000)
  return new Upstream(
    host,
    'rate-limit-budget',
    `${host} kept asking for fewer requests, and this run has waited as long for it as it may (${minutes} min). The next run goes on from here; give it more time, or fewer requests a minute, in its sync settings.`,
  )
}

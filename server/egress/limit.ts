// Politeness towards one far side: so many calls at once, so many starts a second, per key.

export type LimiterOptions = {
  /** Calls running at once per key. */
  concurrency: number
  /** Starts per second and key, evenly spaced; no limit when left out. */
  perSecond?: number
}
export type Limiter = {
  /** Runs `fn` when it is its turn, in order of asking, what is urgent before the rest. Throws the signal's reason when aborted while waiting. */
  run<T>(key: string, fn: () => Promise<T>, signal?: AbortSignal, isUrgent?: boolean): Promise<T>
  /** Holds from now on, for what waits too. */
  change(options: LimiterOptions): void
}

type Waiter = { start: () => void; isUrgent: boolean }
type Lane = { running: number; nextStart: number; waiting: Waiter[]; timer: NodeJS.Timeout | undefined }

/** A limiter in this process's memory. A key nobody uses is forgotten. */
export function openLimiter(options: LimiterOptions): Limiter {
  const lanes = new Map<string, Lane>()
  let { concurrency } = options
  let interval = intervalOf(options)

  function pump(key: string, lane: Lane): void {
    if (lane.timer !== undefined) return
    while (lane.running < concurrency && lane.waiting.length > 0) {
      const now = performance.now()
      if (lane.nextStart > now) return pumpLater(key, lane, lane.nextStart - now)
      // A late timer is made up for by one interval at most, so the pace holds without bursts.
      lane.nextStart = Math.max(lane.nextStart, now - interval) + interval
      lane.running += 1
      lane.waiting.shift()?.start()
    }
    if (lane.running > 0 || lane.waiting.length > 0) return
    const rest = lane.nextStart - performance.now()
    if (rest > 0) pumpLater(key, lane, rest)
    else lanes.delete(key)
  }

  function pumpLater(key: string, lane: Lane, milliseconds: number): void {
    lane.timer = setTimeout(() => {
      lane.timer = undefined
      pump(key, lane)
    }, Math.ceil(milliseconds))
    // Nobody waits: the timer only forgets the lane and must not keep the process up.
    if (lane.waiting.length === 0) lane.timer.unref()
  }

  function turn(key: string, lane: Lane, signal: AbortSignal | undefined, isUrgent: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        lane.waiting.splice(lane.waiting.indexOf(waiter), 1)
        reject(signal?.reason)
      }
      const waiter: Waiter = {
        start() {
          signal?.removeEventListener('abort', abort)
          resolve()
        },
        isUrgent,
      }
      signal?.addEventListener('abort', abort, { once: true })
      const behind = isUrgent ? lane.waiting.findIndex((other) => !other.isUrgent) : -1
      lane.waiting.splice(behind === -1 ? lane.waiting.length : behind, 0, waiter)
      lane.timer?.ref()
      pump(key, lane)
    })
  }

  return {
    async run(key, fn, signal, isUrgent = false) {
      signal?.throwIfAborted()
      const lane = lanes.get(key) ?? { running: 0, nextStart: 0, waiting: [], timer: undefined }
      lanes.set(key, lane)
      await turn(key, lane, signal, isUrgent)
      try {
        return await fn()
      } finally {
        lane.running -= 1
        pump(key, lane)
      }
    },
    change(changed) {
      concurrency = changed.concurrency
      interval = intervalOf(changed)
      for (const [key, lane] of lanes) {
        clearTimeout(lane.timer)
        lane.timer = undefined
        lane.nextStart = Math.min(lane.nextStart, performance.now() + interval)
        pump(key, lane)
      }
    },
  }
}

function intervalOf({ perSecond }: LimiterOptions): number {
  return perSecond === undefined ? 0 : 1000 / perSecond
}

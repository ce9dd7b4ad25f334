// Politeness towards one far side: so many calls at once, so many starts a second, per key.

export type LimiterOptions = {
  /** Calls running at once per key. */
  concurrency: number
  /** Starts per second and key, evenly spaced; no limit when left out. */
  perSecond?: number
}
export type Limiter = {
  /** Runs `fn` when it is its turn, in order of asking. Throws the signal's reason when aborted while waiting. */
  run<T>(key: string, fn: () => Promise<T>, signal?: AbortSignal): Promise<T>
}

type Waiter = { start: () => void }
type Lane = { running: number; nextStart: number; waiting: Waiter[]; timer: NodeJS.Timeout | undefined }

/** A limiter in this process's memory. A key nobody uses is forgotten. */
export function openLimiter(options: LimiterOptions): Limiter {
  const lanes = new Map<string, Lane>()
  const interval = options.perSecond === undefined ? 0 : 1000 / options.perSecond

  function pump(key: string, lane: Lane): void {
    if (lane.timer !== undefined) return
    while (lane.running < options.concurrency && lane.waiting.length > 0) {
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

  function turn(key: string, lane: Lane, signal: AbortSignal | undefined): Promise<void> {
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
      }
      signal?.addEventListener('abort', abort, { once: true })
      lane.waiting.push(waiter)
      lane.timer?.ref()
      pump(key, lane)
    })
  }

  return {
    async run(key, fn, signal) {
      signal?.throwIfAborted()
      const lane = lanes.get(key) ?? { running: 0, nextStart: 0, waiting: [], timer: undefined }
      lanes.set(key, lane)
      await turn(key, lane, signal)
      try {
        return await fn()
      } finally {
        lane.running -= 1
        pump(key, lane)
      }
    },
  }
}

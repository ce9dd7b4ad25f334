/** Delay before retry number `attempt` (1-based), in milliseconds: doubles from `startMs` to `capMs`, jitter 0.7–1.3. */
export function backoffMs(attempt: number, startMs: number, capMs: number, random: () => number = Math.random): number {
  const base = Math.min(capMs, startMs * 2 ** Math.max(0, attempt - 1))
  return Math.round(base * (0.7 + 0.6 * random()))
}

/** Resolves after `ms`, or rejects with the signal's reason when it is aborted first. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

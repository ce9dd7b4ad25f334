import type { Log } from './log.ts'

export type Repeated = {
  everyMs: number
  until: AbortSignal
  log: Pick<Log, 'warn'>
  /** What the log says when a round fails; the next one comes all the same. */
  trouble: string
}

/** Does it now and every so often until the signal is aborted, never beside itself; answers what begins a round at once. */
export function repeat({ everyMs, until, log, trouble }: Repeated, round: () => Promise<unknown>): () => void {
  let isBusy = false
  const look = async () => {
    if (isBusy || until.aborted) return
    isBusy = true
    try {
      await round()
    } catch (error) {
      if (!until.aborted) log.warn({ err: error }, trouble)
    } finally {
      isBusy = false
    }
  }
  const timer = setInterval(() => void look(), everyMs)
  timer.unref()
  until.addEventListener('abort', () => clearInterval(timer), { once: true })
  void look()
  return () => void look()
}

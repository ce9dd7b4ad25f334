/** One request as the simulator saw it. */
export type LogEntry = {
  at: number
  method: string
  path: string
  pattern: string
  status: number
  user: string
  ms: number
  viaGateway: boolean
  fault?: string
}

/** What was asked of the site: counts a pattern (`GET /wiki/api/v2/pages/{id}`), the last thousand requests, and how many ran at once. */
export type RequestLog = {
  total: number
  counts: Record<string, number>
  recent: LogEntry[]
  inFlight: number
  maxInFlight: number
}

const kept = 1000

export function emptyLog(): RequestLog {
  return { total: 0, counts: {}, recent: [], inFlight: 0, maxInFlight: 0 }
}

export function startEntry(log: RequestLog): void {
  log.total += 1
  log.inFlight += 1
  log.maxInFlight = Math.max(log.maxInFlight, log.inFlight)
}

export function endEntry(log: RequestLog, entry: LogEntry): void {
  log.inFlight -= 1
  log.counts[entry.pattern] = (log.counts[entry.pattern] ?? 0) + 1
  log.recent.push(entry)
  if (log.recent.length > 2 * kept) log.recent.splice(0, log.recent.length - kept)
}

export function clearLog(log: RequestLog): void {
  log.total = 0
  log.counts = {}
  log.recent = []
  log.maxInFlight = log.inFlight
}

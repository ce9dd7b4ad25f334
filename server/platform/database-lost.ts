/** Whether an error says that the database is away, and nothing of what was asked of it. */

// Connection failures of the socket, and PostgreSQL's classes 08 (connection), 53 (resources) and 57P (shutting down).
const LOST = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', '57P01', '57P02', '57P03'])
// The words of pg and its pool, which carry no code.
const WORDS =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Cannot use a pool after)/

export function isDatabaseLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (LOST.has(code) || /^(08|53)...$/.test(code)) return true
  if (code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect') return true // its unix socket is gone
  return WORDS.test(error.message)
}

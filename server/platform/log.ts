import { pino, type Logger } from 'pino'

export type Log = Logger

/** Names of fields whose values never reach a log line, at any of the first three levels. */
const SECRET_FIELDS = ['password', 'apiKey', 'secret', 'token', 'authorization', 'cookie', 'value']

/** JSON lines on standard output or another descriptor; fields that may hold a secret print as `[secret]`. */
export function openLog(level: string, descriptor = 1): Log {
  const paths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`])
  return pino(
    {
      level,
      base: null,
      redact: { paths, censor: '[secret]' },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
    },
    pino.destination(descriptor),
  )
}

/** What of an error is logged: drivers hang whole connections on theirs, with what was being sent. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  return {
    type: error.name,
    message: error.message,
    ...('code' in error ? { code: error.code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}

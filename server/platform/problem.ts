/** Problem: an error the caller must act on. Rendered as RFC 9457 `application/problem+json`. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly extras: Record<string, unknown>

  /** `detail` says what, which, and what to do, in one or two sentences; never a secret. `extras` are further members of the answer. */
  constructor(status: number, code: string, detail: string, extras: Record<string, unknown> = {}) {
    super(detail)
    this.status = status
    this.code = code
    this.extras = extras
  }
}

/** Milliseconds of each part of a call; null: there was none (a connection used again), or it did not come so far. */
export type CallTiming = {
  dnsMs: number | null
  connectMs: number | null
  tlsMs: number | null
  /** From the request being written until the answer's headers are there. */
  firstByteMs: number | null
}
/** How far a call came that failed; `address`: the one dialled. */
export type CallTrace = { address: string | null; timing: CallTiming }

/** Upstream: the other side failed. Jobs retry on it; `retryAfterSeconds` is already clamped by whoever throws. */
export class Upstream extends Error {
  override readonly name = 'Upstream'
  readonly host: string
  readonly status: number | undefined
  readonly code: string
  readonly retryAfterSeconds: number | undefined
  /** Of calls through the guard. */
  readonly call: CallTrace | undefined
  /** How the far side put it: the beginning of its answer, for whoever knows its words. Told to nobody as it stands. */
  readonly said: string | undefined

  constructor(
    host: string,
    code: string,
    detail: string,
    about: {
      status?: number
      retryAfterSeconds?: number | undefined
      cause?: unknown
      call?: CallTrace | undefined
      said?: string | undefined
    } = {},
  ) {
    super(detail, { cause: about.cause })
    this.host = host
    this.code = code
    this.status = about.status
    this.retryAfterSeconds = about.retryAfterSeconds
    this.call = about.call
    this.said = about.said
  }
}

const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'connect-refused',
  'connect-timeout',
  'unreachable',
  'address-changed',
])

/**
 * How a failed call is told to people who are no platform admins: whether a port is closed, filtered or not routed to is the
 * same to them, so that nobody maps a network with it. Address and timing of such a call say it too: leave them out then.
 */
export function publicFailure({ host, code, message }: Pick<Upstream, 'host' | 'code' | 'message'>): {
  code: string
  message: string
} {
  if (!NOT_CONNECTED.has(code)) return { code, message }
  return { code: 'unreachable', message: `${host} cannot be reached. Ask a platform admin, who sees why.` }
}

/** The answer for a thing that is not there, or not the caller's to see: both look the same. */
export function notFound(what: string, id: string): Problem {
  return new Problem(
    404,
    'not-found',
    `${what} ${JSON.stringify(id.slice(0, 100))} does not exist or is not yours to see.`,
  )
}

/** The answer for a caller who may see the thing but not do this to it. */
export function forbidden(detail: string): Problem {
  return new Problem(403, 'forbidden', detail)
}

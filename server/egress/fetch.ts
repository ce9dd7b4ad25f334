// The fetch that everything outbound goes through. Every URL is judged, only judged addresses are dialled, redirects come back
// as they are, HTTP/1.1 only, no proxy variables, and every call has a deadline and size limits.
import { lookup } from 'node:dns/promises'
import { Readable } from 'node:stream'
import type { Log } from '#server/platform/log.ts'
import { Problem, Upstream, type CallTrace } from '#server/platform/problem.ts'
import { ACCEPT_ENCODING } from './decode.ts'
import { Exchange } from './exchange.ts'
import { aborted, GuardStop, failure } from './failure.ts'
import {
  judgeUrl,
  resolveCandidate,
  type Address,
  type Candidate,
  type EgressRules,
  type Refusal,
  type Resolver,
} from './guard.ts'
import { isFramingHeader } from './header.ts'
import { openLines } from './lines.ts'
import { openResponse, type EgressResponse } from './response.ts'

export type { EgressResponse } from './response.ts'

export type EgressInit = {
  method?: string | undefined
  headers?: Readonly<Record<string, string>> | undefined
  body?: string | Uint8Array | AsyncIterable<Uint8Array> | undefined
  signal?: AbortSignal | undefined
  /** Deadline of the whole call, from DNS to the last byte; 30 s. */
  timeoutMs?: number | undefined
  /** 10 s. */
  connectTimeoutMs?: number | undefined
  /** Limit of the body, packed and unpacked; 64 MiB. */
  maxResponseBytes?: number | undefined
  /**
   * Enough of the body: after so many bytes, packed and unpacked, the call is over, and `isCut` tells whether there was more.
   * Whatever else ends the body then, be it the deadline, is no error either: status and headers are there.
   */
  readAtMost?: number | undefined
  /** 32 KiB. */
  maxHeaderBytes?: number | undefined
}

/** Throws Problem (422, `egress-…`) for what policy refuses and Upstream for what the network or the far side did. */
export type EgressFetch = (url: string, init?: EgressInit) => Promise<EgressResponse>
export type Egress = EgressFetch & AsyncDisposable & { replaceRules(rules: EgressRules): void }
export type EgressOptions = {
  rules: EgressRules
  resolve?: Resolver
  log?: Pick<Log, 'warn'>
  perOriginConnections?: number
}

const TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 10_000
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024
const MAX_HEADER_BYTES = 32 * 1024
const CONNECTIONS = 64
const CLOSE_GRACE_MS = 5_000
const USER_AGENT = 'Lockkeeper'

/** Opens the guarded fetch. Disposing it gives running requests 5 s and closes every connection. */
export function openEgress(options: EgressOptions): Egress {
  const resolve = options.resolve ?? sharedLookup()
  const connections = options.perOriginConnections ?? CONNECTIONS
  let rules = options.rules
  let lines = openLines()
  let closed = false
  // Read anew after DNS has answered, so that a call which waited is judged by the rules of now.
  const live: EgressRules = {
    get allow() {
      return rules.allow
    },
    get ownOrigins() {
      return rules.ownOrigins
    },
  }

  async function egressFetch(url: string, init: EgressInit = {}): Promise<EgressResponse> {
    const started = performance.now()
    const timeoutMs = init.timeoutMs ?? TIMEOUT_MS
    const candidate = judgeUrl(url, live)
    if (!candidate.allowed) throw refused(candidate, url, options.log)
    const host = candidate.url.host
    if (init.signal?.aborted === true) throw failure(host, aborted(init.signal))
    const method = requestMethod(host, init.method)
    const headers = requestHeaders(host, init.headers)
    const addresses = candidate.literal ? [candidate.literal] : await resolveWithin(candidate, timeoutMs, init.signal)
    if (closed) throw failure(host, new GuardStop('aborted', 'was not called: Lockkeeper is closing its connections.'))
    const resolvedMs = performance.now() - started
    const limits = {
      host,
      timeoutMs: Math.max(1, timeoutMs - resolvedMs),
      maxBytes: init.maxResponseBytes ?? MAX_RESPONSE_BYTES,
      signal: init.signal,
      readAtMost: init.readAtMost,
      dnsMs: candidate.literal === undefined ? resolvedMs : null,
    }
    const pool = lines.get(candidate.url.origin, addresses, {
      connections,
      connectTimeoutMs: init.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      maxHeaderBytes: init.maxHeaderBytes ?? MAX_HEADER_BYTES,
    })
    const exchange = new Exchange(limits)
    pool.dispatch(
      { path: candidate.url.pathname + candidate.url.search, method, headers, body: requestBody(init.body) },
      exchange,
    )
    const head = await exchange.head
    const { maxBytes, readAtMost } = limits
    return openResponse(exchange, head, { url: candidate.url.href, host, method, maxBytes, readAtMost })
  }

  async function resolveWithin(candidate: Candidate, timeoutMs: number, signal?: AbortSignal): Promise<Address[]> {
    const host = candidate.url.host
    const askedAt = performance.now()
    const verdict = await within(resolveCandidate(candidate, live, resolve), host, timeoutMs, signal)
    if (!verdict.allowed) throw refused(verdict, candidate.url.href, options.log, performance.now() - askedAt)
    return verdict.addresses
  }

  return Object.assign(egressFetch, {
    replaceRules(next: EgressRules): void {
      rules = next
      void lines.close()
      lines = openLines()
    },
    async [Symbol.asyncDispose](): Promise<void> {
      closed = true
      await lines.close(CLOSE_GRACE_MS)
    },
  })
}

function refused(refusal: Refusal, url: string, log: EgressOptions['log'], dnsMs: number | null = null): Error {
  const host = URL.parse(url)?.host ?? 'an unreadable URL'
  if (refusal.code === 'dns-failed' || refusal.code === 'dns-not-found')
    return new Upstream(host, refusal.code, refusal.reason, { call: notDialled(dnsMs) })
  log?.warn({ host, code: refusal.code }, 'outbound request refused')
  return new Problem(422, refusal.code, refusal.reason)
}

function notDialled(dnsMs: number | null): CallTrace {
  return { address: null, timing: { dnsMs, connectMs: null, tlsMs: null, firstByteMs: null } }
}

function requestMethod(host: string, given = 'GET'): string {
  const method = given.toUpperCase()
  if (/^[A-Z]{1,20}$/.test(method) && method !== 'CONNECT' && method !== 'TRACE') return method
  throw new Problem(422, 'egress-request', `The method of the request to ${host} is not one that may be sent.`)
}

function requestHeaders(host: string, given: EgressInit['headers']): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': USER_AGENT, 'accept-encoding': ACCEPT_ENCODING }
  for (const name in given) {
    const value = given[name]
    if (value === undefined) continue
    if (isFramingHeader(name)) {
      throw new Problem(
        422,
        'egress-request',
        `The header ${JSON.stringify(name.slice(0, 100))} may not be set on a request to ${host}.`,
      )
    }
    headers[name.toLowerCase()] = value
  }
  return headers
}

function requestBody(body: EgressInit['body']): string | Uint8Array | Readable | null {
  if (body === undefined) return null
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  return Readable.from(body, { objectMode: false })
}

/** Waits for DNS no longer than the call may take; a resolution that comes too late is dropped. */
async function within<T>(
  work: Promise<T>,
  host: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = (error: GuardStop): void => reject(failure(host, error, notDialled(timeoutMs)))
  const abort = (): void => reject(failure(host, aborted(signal)))
  const timer = setTimeout(stop, timeoutMs, new GuardStop('dns-failed', 'could not be looked up in DNS in time.'))
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** The system's resolver; calls that ask for one host at the same moment share one question. */
function sharedLookup(): Resolver {
  const asking = new Map<string, Promise<Address[]>>()
  return (host) => {
    const asked = asking.get(host)
    if (asked !== undefined) return asked
    const question = lookup(host, { all: true })
      .then((answers) =>
        answers.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }) satisfies Address),
      )
      .finally(() => asking.delete(host))
    asking.set(host, question)
    return question
  }
}

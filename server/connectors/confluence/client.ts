/**
 * Speaks HTTP to one Confluence: bounded, throttled, retried where repeating is safe, and never fooled by a page that is
 * not JSON. Knows no database and no secret: it is handed a fetch that already authenticates.
 */
import type { EgressFetch, EgressResponse } from '#server/egress/fetch.ts'
import { backoffMs } from '#server/platform/backoff.ts'
import type { Clock } from '#server/platform/clock.ts'
import { Upstream } from '#server/platform/problem.ts'
import { failureOf, isFault, isRetryable, MAX_RETRY_AFTER_SECONDS, parseJson, tryJson } from './failures.ts'
import { asksToWait, emptyBucketSeconds, refusedSeconds } from './rate-headers.ts'
import { endpointOf, openThrottle, type Throttle, type Turn } from './throttle.ts'
import { openWaiting } from './waiting.ts'

export type ClientOptions = {
  fetch: EgressFetch
  /** The guard's fetch without the key, for files that lie on another host; without it no redirect is followed. */
  openFetch?: EgressFetch | undefined
  /** Where the REST API starts: the site's, or the gateway's for a scoped token. */
  base: string
  clock: Clock
  signal?: AbortSignal | undefined
  /** Shared with whoever else asks this site; by default one of its own. */
  throttle?: Throttle | undefined
  /** A person waits: goes before what does not. */
  isUrgent?: boolean | undefined
  /**
   * The most that all requests together may wait, for rate limits and between tries; then they fail with `rate-limit-budget`,
   * or with what is wrong there.
   */
  maxWaitMs?: number | undefined
  /** The longest wait for a limit at once: what would take longer fails as `rate-limited`, with the seconds to go. */
  patienceMs?: number | undefined
  /** First wait of the retries; the vendor asks for 5 s. */
  retryStartMs?: number
  retryCapMs?: number
  maxTries?: number
  onRequest?: ((seen: RequestSeen) => void) | undefined
}

/**
 * One request as a meter sees it: `status` 0 = no answer came; `isLimited`: it asked for fewer requests, in whatever words.
 * Waiting for a limit is told by itself, with the seconds and without headers.
 */
export type RequestSeen = {
  endpoint: string
  status: number
  isLimited: boolean
  waitedSeconds: number
  headers: Headers | undefined
}

export type Client = {
  readonly base: string
  /** Requests sent so far, retries included. */
  readonly requests: number
  /** How long there was any waiting, for rate limits or between tries. */
  readonly waitedMs: number
  /** The other side's time at its last answer, from the Date header. */
  readonly serverTime: Date | undefined
  /** GETs JSON below `base`; retried on 429, 5xx and network failure. Throws Upstream. */
  getJson(path: string, options?: ReadOptions): Promise<unknown>
  /** One GET without retries, whatever the answer: for checks. */
  probe(path: string): Promise<Answer>
  /** POSTs JSON that only reads (bulk look-ups), with the same retries. */
  readByPost(path: string, body: unknown): Promise<unknown>
  /**
   * GETs a file once, unread: the caller takes the body. A redirect, as to the host where such files lie, is followed one
   * hop, without the key. Throws Upstream, `too-large` while the body is read.
   */
  openFile(path: string, limits: FileLimits): Promise<EgressResponse>
  /**
   * One request that changes something, never repeated here, before all that only read. Where the address is closed for more
   * than some seconds it is not sent, and fails as one that was limited. A body of bytes goes as it is, with its own type. Throws
   * Upstream; what came of it may then be unknown (see push-outcome.ts).
   */
  write(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown>
}

/**
 * `triesOnFault`: of a request that may itself be what makes the server fail or take too long, where asking for less is the
 * better next try. Limits and outages are waited out as ever.
 */
export type ReadOptions = { timeoutMs?: number; triesOnFault?: number }

/** `timeoutMs`: from the first byte to the last. */
export type FileLimits = { maxBytes: number; timeoutMs: number }

/** A request's body that is not JSON. */
export class RawBody {
  readonly bytes: Uint8Array
  readonly headers: Readonly<Record<string, string>>

  constructor(bytes: Uint8Array, headers: Readonly<Record<string, string>>) {
    this.bytes = bytes
    this.headers = headers
  }
}

export type Answer = { status: number; headers: Headers; text: string; json: unknown }

/** Requests at once of a throttle that is not shared; the vendor's pages call 5–10 safe. */
const CONCURRENCY = 6
/** The longest that a write waits to be sent, whoever sends it. */
const WRITE_PATIENCE_MS = 15_000

/** Opens a client; it holds no connection of its own. */
export function openClient(options: ClientOptions): Client {
  const host = new URL(options.base).host
  const { signal, isUrgent, maxWaitMs, patienceMs } = options
  const throttle = options.throttle ?? openThrottle({ concurrency: CONCURRENCY })
  const waiting = openWaiting({ host, signal, maxWaitMs, patienceMs })
  const turn: Turn = { signal, isUrgent, wait: waiting.wait }
  const toWrite = openWaiting({ host, signal, patienceMs: WRITE_PATIENCE_MS })
  let requests = 0
  let serverTime: Date | undefined

  async function send(path: string, init: Parameters<EgressFetch>[1]): Promise<EgressResponse> {
    requests += 1
    const endpoint = endpointOf(init?.method ?? 'GET', path)
    const asked = options.fetch(options.base + path, {
      ...init,
      signal: options.signal,
      headers: { accept: 'application/json', ...init?.headers },
    })
    const answer = await asked.catch((error: unknown) => {
      options.onRequest?.({ endpoint, status: 0, isLimited: false, waitedSeconds: 0, headers: undefined })
      throw error
    })
    const { status, headers } = answer
    const isLimited = asksToWait(status, headers)
    options.onRequest?.({ endpoint, status, isLimited, waitedSeconds: 0, headers })
    const date = Date.parse(headers.get('date') ?? '')
    if (!Number.isNaN(date)) serverTime = new Date(date)
    heed(endpoint, answer)
    return answer
  }

  /** Whatever else is asked there waits, too. */
  function heed(endpoint: string, { status, headers }: EgressResponse): void {
    const empty = emptyBucketSeconds(headers, MAX_RETRY_AFTER_SECONDS)
    if (empty !== undefined) throttle.close(empty * 1000)
    if (!asksToWait(status, headers)) return
    const seconds = refusedSeconds(headers, options.clock.now(), MAX_RETRY_AFTER_SECONDS)
    throttle.slowDown(endpoint, seconds === undefined ? backoff(1) : seconds * 1000)
  }

  async function tryOnce(path: string, init: Parameters<EgressFetch>[1]): Promise<unknown> {
    const answer = await send(path, init)
    const text = await answer.text()
    if (answer.status === 200) return parseJson(host, answer, text)
    throw failureOf(host, answer, text, options.clock)
  }

  async function withRetries(path: string, init: Parameters<EgressFetch>[1], triesOnFault?: number): Promise<unknown> {
    const maxTries = options.maxTries ?? 4
    const endpoint = endpointOf(init?.method ?? 'GET', path)
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await throttle.run(endpoint, () => tryOnce(path, init), turn)
      } catch (error) {
        if (!(error instanceof Upstream) || attempt >= maxTries || !isRetryable(error)) throw error
        if (isFault(error) && attempt >= (triesOnFault ?? maxTries)) throw error
        const waitMs = error.retryAfterSeconds === undefined ? backoff(attempt) : error.retryAfterSeconds * 1000
        if (error.code === 'rate-limited' && error.retryAfterSeconds === undefined) throttle.slowDown(endpoint, waitMs)
        if (waitMs > (patienceMs ?? Number.POSITIVE_INFINITY)) throw error
        // An outage that lasts is told as what it is.
        const isAsked = error.code === 'rate-limited' || error.retryAfterSeconds !== undefined
        if (!isAsked && !waiting.hasTimeFor(waitMs)) throw error
        const seen = { endpoint, status: error.status ?? 0, waitedSeconds: waitMs / 1000 }
        options.onRequest?.({ ...seen, isLimited: false, headers: undefined })
        await waiting.wait(waitMs)
      }
    }
  }

  async function openFile(path: string, { maxBytes, timeoutMs }: FileLimits): Promise<EgressResponse> {
    const limits = { maxResponseBytes: maxBytes, timeoutMs, headers: { accept: '*/*' } }
    const first = await send(path, limits)
    const answer = isRedirect(first.status) ? await follow(first, limits) : first
    if (answer.status === 200) return answer
    // Wherever the file lies, this is the way there.
    if (answer !== first) heed(endpointOf('GET', path), answer)
    const from = new URL(answer.url).host
    throw failureOf(from, answer, await answer.text(), options.clock)
  }

  function backoff(attempt: number): number {
    return backoffMs(attempt, options.retryStartMs ?? 5000, options.retryCapMs ?? 30_000)
  }

  /** The key stays here: it is nobody's business at the other host, and one of them refuses a request that brings it. */
  async function follow(first: EgressResponse, limits: Parameters<EgressFetch>[1]): Promise<EgressResponse> {
    const to = URL.parse(first.headers.get('location') ?? '', first.url)
    if (to === null || options.openFetch === undefined) return first
    first.discard()
    requests += 1
    return options.openFetch(to.href, { ...limits, signal: options.signal })
  }

  async function write(method: string, path: string, body: unknown): Promise<unknown> {
    const answer = await send(path, { method, timeoutMs: 60_000, ...contentOf(body) })
    const text = await answer.text()
    if (answer.status === 204) return undefined
    if (answer.status === 200 || answer.status === 201) return parseJson(host, answer, text)
    throw failureOf(host, answer, text, options.clock)
  }

  async function probe(path: string): Promise<Answer> {
    const answer = await send(path, { timeoutMs: 20_000, maxResponseBytes: 4 * 1024 * 1024 })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text, json: tryJson(text) }
  }

  return {
    base: options.base,
    get requests() {
      return requests
    },
    get waitedMs() {
      return waiting.waitedMs
    },
    get serverTime() {
      return serverTime
    },
    getJson: (path, { timeoutMs, triesOnFault } = {}) =>
      withRetries(path, { timeoutMs: timeoutMs ?? 120_000 }, triesOnFault),
    readByPost: (path, body) =>
      withRetries(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    openFile: (path, limits) => throttle.run(endpointOf('GET', path), () => openFile(path, limits), turn),
    write: (method, path, body) =>
      throttle.run(endpointOf(method, path), () => write(method, path, body), {
        signal,
        isUrgent: true,
        wait: toWrite.wait,
      }),
    probe: (path) => throttle.run(endpointOf('GET', path), () => probe(path), turn),
  }
}

function contentOf(body: unknown): Parameters<EgressFetch>[1] {
  if (body === undefined) return {}
  if (body instanceof RawBody) return { body: body.bytes, headers: body.headers }
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

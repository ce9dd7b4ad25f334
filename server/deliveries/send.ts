/** One attempt of a delivery: judged, signed, sent through the guard, and told as it was, with its secrets masked. */
import type { App } from '#server/app.ts'
import type { EgressFetch, EgressResponse } from '#server/egress/fetch.ts'
import { Problem, Upstream, type CallTiming } from '#server/platform/problem.ts'
import { KEPT_BYTES, readAnswer, type Answer } from './answer.ts'
import type { Claimed } from './claim.ts'
import type { Opened } from './opened.ts'
import { parseRetryAfter } from './retry.ts'
import { storable } from '#server/platform/storable.ts'

type Needs = Pick<App, 'fetch' | 'clock' | 'log'>

/** What came of an attempt. `receiver`: what it tells about the receiver's health; unsent: it was never asked. */
export type Attempt = {
  delivery: Claimed
  at: Date
  verdict: 'sent' | 'failed' | 'dead'
  receiver: 'answered' | 'slow' | 'unsent'
  code: string
  detail: string | null
  status: number | null
  address: string | null
  timing: CallTiming & { totalMs: number }
  request: { method: string; url: string; headers: Record<string, string> }
  answer: Answer | null
  retryAfterMs: number | undefined
}

/** Undefined: it was not tried, so that it costs nothing, for want of the database or because Lockkeeper stops. */
export async function attempt(
  app: Needs,
  opened: Opened,
  delivery: Claimed,
  signal: AbortSignal,
): Promise<Attempt | undefined> {
  const at = app.clock.now()
  const startedMs = performance.now()
  const headers = headersOf(delivery, at)
  const told = { delivery, at, request: { method: delivery.method, url: delivery.url, headers: { ...headers } } }
  let mask = (text: string): string => text
  try {
    let fetch: EgressFetch = app.fetch
    if (delivery.credential_id !== null) {
      const authorised = await opened.fetchOf(delivery)
      fetch = authorised.fetch
      mask = (text) => authorised.fetch.mask(text)
      told.request.headers[authorised.header] = '[secret]'
    }
    if (delivery.signing !== null) {
      const sign = await opened.signerOf(delivery, delivery.signing)
      headers['webhook-signature'] = sign({ id: delivery.id, at, body: delivery.body ?? '' })
      told.request.headers['webhook-signature'] = '[signature]'
    }
    const response = await fetch(delivery.url, {
      method: delivery.method,
      headers,
      body: delivery.body ?? undefined,
      timeoutMs: delivery.timeout_ms,
      readAtMost: KEPT_BYTES,
      signal,
    })
    const answer = await readAnswer(response, mask)
    return masked(mask, { ...told, ...judge(app, response), ...timeOf(response.timing, startedMs), answer })
  } catch (error) {
    const failed = failure(app, delivery, error)
    const timing = error instanceof Upstream ? error.call?.timing : undefined
    return failed && masked(mask, { ...told, ...failed, ...timeOf(timing ?? noTiming, startedMs), answer: null })
  }
}

/** The action's own headers give way to those of the message. */
export function headersOf(
  { id, headers, body }: Pick<Claimed, 'id' | 'headers' | 'body'>,
  at: Date,
): Record<string, string> {
  const all: Record<string, string> = { 'user-agent': 'Lockkeeper' }
  if (body !== null) all['content-type'] = 'application/json'
  for (const name in headers) all[name.toLowerCase()] = headers[name] ?? ''
  all['webhook-id'] = id
  all['webhook-timestamp'] = String(Math.floor(at.getTime() / 1000))
  return all
}

type Judged = Pick<Attempt, 'verdict' | 'receiver' | 'code' | 'detail' | 'status' | 'address' | 'retryAfterMs'>

function judge({ clock }: Pick<App, 'clock'>, { status, headers, remoteAddress, url }: EgressResponse): Judged {
  const seen = { status, address: remoteAddress, receiver: 'answered', retryAfterMs: undefined } as const
  if (status >= 200 && status < 300) return { ...seen, verdict: 'sent', code: 'sent', detail: null }
  const host = URL.parse(url)?.host ?? ''
  if (status === 410)
    return { ...seen, verdict: 'dead', code: 'gone', detail: `${host} answered 410: it wants this no more.` }
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), clock.now())
  if (status >= 300 && status < 400) {
    const detail = `${host} answered ${status} and points elsewhere. Redirects are not followed: send to the last address itself.`
    return { ...seen, verdict: 'failed', code: 'redirect', detail, retryAfterMs }
  }
  const isSlow = status >= 500 || status === 429 || status === 408
  const failed = { verdict: 'failed', code: `status-${status}`, detail: `${host} answered ${status}.` } as const
  return { ...seen, ...failed, receiver: isSlow ? 'slow' : 'answered', retryAfterMs }
}

/** Undefined: not an attempt. A refusal is final; what the network did is not. */
function failure({ log }: Pick<App, 'log'>, delivery: Claimed, error: unknown): Judged | undefined {
  const unseen = { status: null, address: null, retryAfterMs: undefined }
  if (error instanceof Problem)
    return { ...unseen, verdict: 'dead', receiver: 'unsent', code: error.code, detail: error.message }
  if (error instanceof Upstream) {
    if (error.code === 'aborted') return undefined
    const address = error.call?.address ?? null
    return { ...unseen, address, verdict: 'failed', receiver: 'slow', code: error.code, detail: error.message }
  }
  if (isFromDatabase(error)) {
    log.warn({ err: error, delivery: delivery.id }, 'a delivery waits: what it needs could not be asked for')
    return undefined
  }
  log.error({ err: error, delivery: delivery.id }, 'a fault while a delivery was sent')
  const detail = 'A fault in Lockkeeper, not of the receiver; the log of the server says more.'
  return { ...unseen, verdict: 'failed', receiver: 'unsent', code: 'fault', detail }
}

/** PostgreSQL's own errors have a SQLSTATE; those of the driver and the system say what became of the connection. */
function isFromDatabase(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return /^([0-9A-Z]{5}|E[A-Z]{3,})$/.test(code) || /connection|pool|timeout exceeded/i.test(error.message)
}

const noTiming: CallTiming = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null }

function timeOf(timing: CallTiming, startedMs: number): Pick<Attempt, 'timing'> {
  const { dnsMs, connectMs, tlsMs, firstByteMs } = timing
  const round = (ms: number | null) => (ms === null ? null : Math.round(ms * 100) / 100)
  return {
    timing: {
      dnsMs: round(dnsMs),
      connectMs: round(connectMs),
      tlsMs: round(tlsMs),
      firstByteMs: round(firstByteMs),
      totalMs: Math.round((performance.now() - startedMs) * 100) / 100,
    },
  }
}

/** A secret that somebody put into an address or a header of his own is blanked too. */
function masked(mask: (text: string) => string, attempt: Attempt): Attempt {
  const { detail, request } = attempt
  const headers: Record<string, string> = {}
  for (const name in request.headers) headers[name] = storable(mask(request.headers[name] ?? ''))
  const shown = { method: request.method, url: mask(request.url), headers }
  return { ...attempt, detail: detail === null ? null : storable(mask(detail)), request: shown }
}

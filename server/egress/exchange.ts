// One request and its answer on the wire: deadline, size limit, abort and back pressure, straight on undici's dispatch.
import type { Dispatcher } from 'undici'
import type { CallTiming, CallTrace } from '#server/platform/problem.ts'
import { aborted, CONNECT_TIMEOUT, GuardStop, failure } from './failure.ts'

/**
 * The connection a request is on; `remoteAddress` was checked against the judged addresses. `isNew`: opened for the
 * request that is on it now, in so many milliseconds.
 */
export type Wire = { remoteAddress: string; connectMs: number | null; tlsMs: number | null; isNew: boolean }
export type AnswerHead = {
  status: number
  headers: Record<string, string | string[] | undefined>
  remoteAddress: string
  timing: CallTiming
}
export type ExchangeLimits = {
  host: string
  maxBytes: number
  timeoutMs: number
  signal: AbortSignal | undefined
  /** After so many bytes of the body the exchange is over. Once the head is there, no end of the body is an error then. */
  readAtMost?: number | undefined
  /** Null when nothing was asked of DNS. */
  dnsMs?: number | null
}

/** Ends an exchange of which enough was read. */
const ENOUGH = new GuardStop('aborted', 'was left before its answer was complete.')

/** An answer nobody reads holds at most this much memory; the socket is paused beyond it until the deadline. */
const UNREAD_BYTES = 256 * 1024

/** Owns one request from dispatch to the last byte. Every error it gives out is an Upstream or a Problem. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly head: Promise<AnswerHead>
  wire: Wire | undefined
  /** The body goes on beyond what was read of it. */
  isCut = false
  readonly #limits: ExchangeLimits
  readonly #gotHead: (head: AnswerHead) => void
  readonly #failHead: (error: Error) => void
  readonly #timer: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #chunks: Buffer[] = []
  #waiting = 0
  #received = 0
  #collecting = false
  #writtenAt: number | undefined
  #firstByteMs: number | null = null
  #hasHead = false
  #isOnNewWire = false
  #ended = false
  #error: Error | undefined
  #wake: (() => void) | undefined

  constructor(limits: ExchangeLimits) {
    this.#limits = limits
    const { promise, resolve, reject } = Promise.withResolvers<AnswerHead>()
    this.head = promise
    this.#gotHead = resolve
    this.#failHead = reject
    this.#timer = setTimeout(this.#late, limits.timeoutMs)
    limits.signal?.addEventListener('abort', this.#abort, { once: true })
    if (limits.signal?.aborted === true) this.#abort()
  }

  /** Stops the exchange. After its end this does nothing. */
  stop(error: unknown): void {
    if (this.#ended || this.#error !== undefined) return
    const reported = failure(this.#limits.host, error, this.#trace())
    this.#settle(this.#isEnough(error) ? undefined : reported)
    this.#controller?.abort(reported)
  }

  /** The whole body, as it came over the wire. */
  async whole(): Promise<Buffer> {
    this.#collecting = true
    this.#controller?.resume()
    while (!this.#ended && this.#error === undefined) await this.#change()
    if (this.#error !== undefined) throw this.#error
    const [first = Buffer.alloc(0), ...more] = this.#chunks
    this.#chunks = []
    return more.length === 0 ? first : Buffer.concat([first, ...more])
  }

  /** The body as it flows; leaving early cuts the connection. */
  async *flow(): AsyncGenerator<Uint8Array> {
    try {
      while (true) {
        const chunk = this.#chunks.shift()
        if (chunk !== undefined) {
          this.#waiting -= chunk.length
          if (this.#waiting < UNREAD_BYTES) this.#controller?.resume()
          yield chunk
        } else if (this.#error !== undefined) throw this.#error
        else if (this.#ended) return
        else await this.#change()
      }
    } finally {
      this.stop(new GuardStop('aborted', 'was left before its answer was complete.'))
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#writtenAt = performance.now()
    if (this.wire?.isNew === true) {
      this.wire.isNew = false
      this.#isOnNewWire = true
    }
    if (this.#error !== undefined) controller.abort(this.#error)
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: AnswerHead['headers']): void {
    if (status < 200) return
    const { maxBytes, readAtMost } = this.#limits
    if (this.#writtenAt !== undefined) this.#firstByteMs = performance.now() - this.#writtenAt
    if (readAtMost === undefined && Number(headers['content-length'] ?? 0) > maxBytes) return this.#tooLarge()
    this.#hasHead = true
    this.#gotHead({ status, headers, remoteAddress: this.wire?.remoteAddress ?? '', timing: this.#timing() })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { maxBytes, readAtMost } = this.#limits
    this.#received += chunk.length
    if (readAtMost === undefined && this.#received > maxBytes) return this.#tooLarge()
    this.#chunks.push(chunk)
    if (readAtMost !== undefined && this.#received > readAtMost) return this.stop(ENOUGH)
    this.#waiting += chunk.length
    if (!this.#collecting && this.#waiting >= UNREAD_BYTES) controller.pause()
    this.#notify()
  }

  onResponseEnd(): void {
    this.#settle(undefined)
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#ended || this.#error !== undefined) return
    this.#settle(this.#isEnough(error) ? undefined : failure(this.#limits.host, error, this.#trace()))
  }

  /** Whether what has come is what was wanted, or all that will come of it; then the answer is cut there. */
  #isEnough(error: unknown): boolean {
    if (this.#limits.readAtMost === undefined || !this.#hasHead) return false
    if (error instanceof GuardStop && error.code === 'aborted' && error !== ENOUGH) return false
    this.isCut = true
    return true
  }

  #timing(): CallTiming {
    const { connectMs = null, tlsMs = null, isNew = false } = this.wire ?? {}
    const isOwn = isNew || this.#isOnNewWire
    return {
      dnsMs: this.#limits.dnsMs ?? null,
      connectMs: isOwn ? connectMs : null,
      tlsMs: isOwn ? tlsMs : null,
      firstByteMs: this.#firstByteMs,
    }
  }

  #trace(): CallTrace {
    return { address: this.wire?.remoteAddress || null, timing: this.#timing() }
  }

  readonly #late = (): void => {
    const isConnecting = this.wire?.isNew === true && this.wire.connectMs === null
    if (isConnecting) return this.stop(new GuardStop(...CONNECT_TIMEOUT))
    this.stop(new GuardStop('timeout', `did not finish its answer within ${this.#limits.timeoutMs / 1000} s.`))
  }

  readonly #abort = (): void => {
    this.stop(aborted(this.#limits.signal))
  }

  #tooLarge(): void {
    this.stop(
      new GuardStop('too-large', `sent a larger answer than the ${this.#limits.maxBytes} bytes that are accepted.`),
    )
  }

  #settle(error: Error | undefined): void {
    clearTimeout(this.#timer)
    this.#limits.signal?.removeEventListener('abort', this.#abort)
    if (error === undefined) this.#ended = true
    else {
      this.#error = error
      this.#chunks = []
      this.#failHead(error)
    }
    this.#notify()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #notify(): void {
    this.#wake?.()
    this.#wake = undefined
  }
}

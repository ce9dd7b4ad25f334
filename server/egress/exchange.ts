// One request and its answer on the wire: deadline, size limit, abort and back pressure, straight on undici's dispatch.
import type { Dispatcher } from 'undici'
import { aborted, GuardStop, failure } from './failure.ts'

/** The connection a request is on; `remoteAddress` was checked against the judged addresses. */
export type Wire = { remoteAddress: string }
export type AnswerHead = {
  status: number
  headers: Record<string, string | string[] | undefined>
  remoteAddress: string
}
export type ExchangeLimits = { host: string; maxBytes: number; timeoutMs: number; signal: AbortSignal | undefined }

/** An answer nobody reads holds at most this much memory; the socket is paused beyond it until the deadline. */
const UNREAD_BYTES = 256 * 1024

/** Owns one request from dispatch to the last byte. Every error it gives out is an Upstream or a Problem. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly head: Promise<AnswerHead>
  wire: Wire = { remoteAddress: '' }
  readonly #limits: ExchangeLimits
  readonly #gotHead: (head: AnswerHead) => void
  readonly #failHead: (error: Error) => void
  readonly #timer: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #chunks: Buffer[] = []
  #waiting = 0
  #received = 0
  #collecting = false
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
    const reported = failure(this.#limits.host, error)
    this.#settle(reported)
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
    if (this.#error !== undefined) controller.abort(this.#error)
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: AnswerHead['headers']): void {
    if (status < 200) return
    if (Number(headers['content-length'] ?? 0) > this.#limits.maxBytes) return this.#tooLarge()
    this.#gotHead({ status, headers, remoteAddress: this.wire.remoteAddress })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#received += chunk.length
    if (this.#received > this.#limits.maxBytes) return this.#tooLarge()
    this.#chunks.push(chunk)
    this.#waiting += chunk.length
    if (!this.#collecting && this.#waiting >= UNREAD_BYTES) controller.pause()
    this.#notify()
  }

  onResponseEnd(): void {
    this.#settle(undefined)
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    if (!this.#ended && this.#error === undefined) this.#settle(failure(this.#limits.host, error))
  }

  readonly #late = (): void => {
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

// The answer of an outbound call: read once, unpacked, within the size limit.
import { Upstream, type CallTiming } from '#server/platform/problem.ts'
import { encodingOf, unpack, unpackStart, unpackStream } from './decode.ts'
import { GuardStop, failure } from './failure.ts'
import type { AnswerHead, Exchange } from './exchange.ts'

/** One of `text`, `json`, `bytes`, `body` or `discard` is used, once. A small body left unread costs nothing; a large one holds its socket until the deadline. */
export type EgressResponse = {
  readonly status: number
  readonly headers: Headers
  /** The URL that was called, canonical; never another one, for redirects are not followed. */
  readonly url: string
  readonly remoteAddress: string
  readonly timing: CallTiming
  /** With `readAtMost`, once `text` or `bytes` were read: there was more, or the rest did not come. */
  readonly isCut: boolean
  text(): Promise<string>
  /** Throws Upstream `not-json` when the body is anything else. */
  json(): Promise<unknown>
  bytes(): Promise<Uint8Array>
  /** The unpacked body as it flows; null when the answer has none by its status or method. */
  readonly body: ReadableStream<Uint8Array> | null
  /** Gives the rest of the answer up. */
  discard(): void
}

export type Asked = { url: string; host: string; method: string; maxBytes: number; readAtMost: number | undefined }

/** Wraps an exchange whose head has arrived. */
export function openResponse(exchange: Exchange, head: AnswerHead, asked: Asked): EgressResponse {
  const isEmpty = asked.method === 'HEAD' || head.status === 204 || head.status === 304
  let headers: Headers | undefined
  let stream: ReadableStream<Uint8Array> | undefined

  async function start(readAtMost: number): Promise<Buffer> {
    const packed = await exchange.whole()
    const encoding = packed.length === 0 ? undefined : findEncoding(head)
    if (encoding === undefined) return packed.length > readAtMost ? packed.subarray(0, readAtMost) : packed
    const { bytes, isWhole } = encoding === 'unknown' ? NOTHING : await unpackStart(packed, encoding, readAtMost)
    exchange.isCut ||= !isWhole
    return bytes
  }

  async function buffer(): Promise<Buffer> {
    if (asked.readAtMost !== undefined) return start(asked.readAtMost)
    try {
      const packed = await exchange.whole()
      const encoding = encodingOf(head.headers['content-encoding'])
      return encoding === undefined ? packed : await unpack(packed, encoding, asked.maxBytes)
    } catch (error) {
      throw failure(asked.host, error)
    }
  }

  async function text(): Promise<string> {
    const bytes = await buffer()
    // As a stream, the decoder keeps a character to itself that was cut through.
    if (exchange.isCut) return new TextDecoder().decode(bytes, { stream: true })
    return withoutMark(bytes.toString('utf8'))
  }

  return {
    status: head.status,
    url: asked.url,
    remoteAddress: head.remoteAddress,
    timing: head.timing,
    get isCut() {
      return exchange.isCut
    },
    get headers() {
      return (headers ??= readHeaders(head.headers))
    },
    get body() {
      return isEmpty ? null : (stream ??= openStream(exchange, head, asked))
    },
    text,
    async json() {
      return parse(await text(), asked.host, head.status)
    },
    bytes: buffer,
    discard() {
      exchange.stop(left())
    },
  }
}

function openStream(exchange: Exchange, head: AnswerHead, asked: Asked): ReadableStream<Uint8Array> {
  const source = flowOf(exchange, head, asked)[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await source.next()
          if (next.done === true) controller.close()
          else controller.enqueue(next.value)
        } catch (error) {
          controller.error(failure(asked.host, error))
        }
      },
      cancel: () => exchange.stop(left()),
    },
    { highWaterMark: 0 },
  )
}

function flowOf(exchange: Exchange, head: AnswerHead, asked: Asked): AsyncIterable<Uint8Array> {
  try {
    const encoding = encodingOf(head.headers['content-encoding'])
    return encoding === undefined ? exchange.flow() : unpackStream(exchange.flow(), encoding, asked.maxBytes)
  } catch (error) {
    exchange.stop(error)
    throw failure(asked.host, error)
  }
}

const NOTHING = { bytes: Buffer.alloc(0), isWhole: false }

function findEncoding(head: AnswerHead): ReturnType<typeof encodingOf> | 'unknown' {
  try {
    return encodingOf(head.headers['content-encoding'])
  } catch {
    return 'unknown'
  }
}

function left(): GuardStop {
  return new GuardStop('aborted', 'was left before its answer was complete.')
}

function readHeaders(raw: AnswerHead['headers']): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw)) {
    for (const one of [value ?? []].flat()) headers.append(name, one)
  }
  return headers
}

function parse(text: string, host: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // The parser's message quotes the body, so it is not passed on.
    throw new Upstream(host, 'not-json', `${host} answered ${status} with something that is no JSON.`, {
      status,
      cause: error instanceof Error ? error.name : undefined,
    })
  }
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

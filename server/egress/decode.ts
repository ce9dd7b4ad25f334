// Unpacks compressed answers, with the limit on the unpacked size.
import { PassThrough, Readable, Transform, pipeline } from 'node:stream'
import { promisify } from 'node:util'
import {
  brotliDecompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzip,
  inflate,
} from 'node:zlib'
import { GuardStop } from './failure.ts'

/** What Lockkeeper asks for. */
export const ACCEPT_ENCODING = 'gzip, br'

const WHOLE = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}
const PIECEWISE = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress }
type Encoding = keyof typeof WHOLE

/** The encoding of an answer; undefined for none. Throws GuardStop for one that was not asked for, or for several at once. */
export function encodingOf(header: string | string[] | undefined): Encoding | undefined {
  const text = [header ?? ''].flat().join(',').trim().toLowerCase()
  if (text === '' || text === 'identity') return undefined
  if (text === 'gzip' || text === 'x-gzip' || text === 'deflate' || text === 'br') return text
  throw new GuardStop('bad-encoding', 'answered in an encoding that was not asked for.')
}

/** Unpacks a whole body. Fails with ERR_BUFFER_TOO_LARGE above `maxBytes`, before that much memory is taken. */
export async function unpack(body: Buffer, encoding: Encoding, maxBytes: number): Promise<Buffer> {
  if (body.length === 0) return body
  return WHOLE[encoding](body, { maxOutputLength: maxBytes })
}

/**
 * The first `maxBytes` of what a body says, which may break off anywhere. What cannot be unpacked is left out: `isWhole`
 * tells that there was nothing more.
 */
export async function unpackStart(
  body: Buffer,
  encoding: Encoding,
  maxBytes: number,
): Promise<{ bytes: Buffer; isWhole: boolean }> {
  const finishFlush = encoding === 'br' ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH
  const unpacker = PIECEWISE[encoding]({ finishFlush })
  const chunks: Buffer[] = []
  let size = 0
  let isWhole = true
  try {
    unpacker.end(body)
    for await (const chunk of unpacker) {
      chunks.push(chunk)
      size += chunk.length
      if (size > maxBytes) break
    }
  } catch {
    isWhole = false
  }
  return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), isWhole: isWhole && size <= maxBytes }
}

/** Unpacks a body as it flows. */
export function unpackStream(source: AsyncIterable<Uint8Array>, encoding: Encoding, maxBytes: number): Readable {
  let size = 0
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > maxBytes) done(new GuardStop('too-large', 'sent a larger answer than is accepted.'))
      else done(null, chunk)
    },
  })
  // An error ends the last stream of the pipeline, where the reader sees it.
  return pipeline(
    Readable.from(source, { objectMode: false }),
    PIECEWISE[encoding](),
    limit,
    new PassThrough(),
    () => {},
  )
}

/** A file of somebody's as an answer: a browser saves it and never shows it, whatever it claims to be. */

/** Kinds that a browser runs nothing of even if it showed them; all others go as bytes. */
const HARMLESS = /^(?:image\/(?:png|jpeg|gif|webp)|text\/plain|text\/csv|application\/pdf|application\/zip)$/

export type FileBody = {
  name: string
  mediaType: string
  size: number
  sha256: string
  bytes: AsyncIterable<Uint8Array>
}

/** Streamed: a piece is read when the one before was taken. */
export function fileAnswer({ name, mediaType, size, sha256, bytes }: FileBody): Response {
  const source = bytes[Symbol.asyncIterator]()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await source.next()
        if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await source.return?.()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    status: 200,
    headers: {
      'content-type': HARMLESS.test(mediaType) ? mediaType : 'application/octet-stream',
      'content-length': String(size),
      'content-disposition': contentDisposition(name),
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      etag: `"${sha256}"`,
    },
  })
}

/** RFC 6266: a name in ASCII for old clients, and the whole one in UTF-8. */
function contentDisposition(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%/]/g, '_')
  const whole = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}

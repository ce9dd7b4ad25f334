import { createServer, type Server } from 'node:http'
import { seededUuid } from './world/random.ts'
import type { Attachment, Site } from './world/site.ts'

/** What the address of a file carries in place of a credential. */
export function mediaToken(seed: number, attachment: Attachment): string {
  return seededUuid(seed, attachment.id, 500 + attachment.version).replaceAll('-', '')
}

/** The other host that holds attachments' bytes. A request that brings a credential along is refused: it must not travel there. */
export function mediaServer(site: Site): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://media')
    const fileId = /^\/file\/([^/]+)\/binary$/.exec(url.pathname)?.[1]
    const found = [...site.attachments.values()].find((one) => one.fileId === fileId)
    if (request.headers.authorization !== undefined) {
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"error":"Only one authentication mechanism is allowed"}')
      return
    }
    if (found === undefined || url.searchParams.get('token') !== mediaToken(site.seed, found)) {
      response
        .writeHead(403, { 'content-type': 'application/json' })
        .end('{"error":"The token does not open this file"}')
      return
    }
    const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`
    response.writeHead(200, {
      'content-type': found.mediaType,
      'content-length': found.bytes.length,
      'content-disposition': disposition,
    })
    response.end(found.bytes)
  })
}

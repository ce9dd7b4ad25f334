import { once } from 'node:events'
import { type IncomingHttpHeaders, createServer } from 'node:http'

/** What credentials are sent to: `host` is its address with port. Its answers carry a body that nobody may be shown. */
export type Sink = AsyncDisposable & { host: string }

/** Starts a server on loopback that answers with the status that the request's headers and body earn. */
export async function startSink(statusFor: (headers: IncomingHttpHeaders, body: string) => number): Promise<Sink> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (text: string) => (body += text))
    request.on('end', () => {
      response.statusCode = statusFor(request.headers, body)
      response.end('the body of the answer')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The sink has no port')
  return {
    host: `127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/**
 * A receiver for measurements, as a process of its own: notes of every message its key, its id and when it came. GET
 * /arrivals answers them all and forgets them, GET /count how many there are.
 */
import { createServer, type IncomingMessage } from 'node:http'
import { z } from 'zod'

const Message = z.object({ key: z.string() })

const arrivals: { key: string; id: string; at: number }[] = []

const server = createServer((request, response) => {
  const at = performance.timeOrigin + performance.now()
  if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json')
    if (request.url === '/count') response.end(String(arrivals.length))
    else response.end(JSON.stringify(arrivals.splice(0)))
    return
  }
  note(request, at).then(
    () => response.end('ok'),
    () => response.writeHead(400).end(),
  )
})
server.keepAliveTimeout = 60_000
server.listen(Number(process.argv[2]), '127.0.0.1')

async function note(request: IncomingMessage, at: number): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  const { key } = Message.parse(JSON.parse(Buffer.concat(chunks).toString()))
  const id = request.headers['webhook-id']
  arrivals.push({ key, id: typeof id === 'string' ? id : key, at })
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { text as readText } from 'node:stream/consumers'

export type Asked = { method: string; url: string; body: string; headers: NodeJS.Dict<string | string[]> }
export type Reply = (response: ServerResponse, request: Asked) => void

export type Loopback = AsyncDisposable & {
  /** Without a trailing slash. */
  url: string
  /** host:port, as LOCKKEEPER_EGRESS_ALLOW takes it. */
  host: string
  /** What came, in order. */
  asked: Asked[]
  reply: Reply
}

/** A far side of the test's own, on loopback; `reply` may be replaced at any time. */
export async function startLoopback(reply: Reply): Promise<Loopback> {
  const server = createServer((request, response) => void answer(request, response))
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request
    const asked = { method, url, headers, body: await readText(request) }
    site.asked.push(asked)
    site.reply(response, asked)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the loopback server has no port')
  const host = `127.0.0.1:${address.port}`
  const site: Loopback = {
    url: `http://${host}`,
    host,
    asked: [],
    reply,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return site
}

export function jsonReply(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

export function pageReply(status: number, text: string): Reply {
  return (response) => void response.writeHead(status, { 'content-type': 'text/html' }).end(text)
}

export function redirectReply(location: string): Reply {
  return (response) => void response.writeHead(302, { location }).end()
}

/** Answers these in turn, the last one for ever. */
export function inTurn(...replies: Reply[]): Reply {
  let next = 0
  return (response, asked) => {
    replies[Math.min(next, replies.length - 1)]?.(response, asked)
    next += 1
  }
}

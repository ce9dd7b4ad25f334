import type { IncomingMessage, ServerResponse } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { resolve as resolvePath } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Exchange } from './exchange.ts'
import { closeFarSides, closing, failed, farSide, firstSocket, textOf } from './far-side.ts'
import type { Address } from './guard.ts'
import { openLines } from './lines.ts'

afterEach(closeFarSides)

describe('what comes back', () => {
  test('status, headers, address and body of a plain answer', async () => {
    const { url, fetch } = await farSide((request, response) => {
      response.writeHead(201, { 'x-method': request.method, 'set-cookie': ['a=1', 'b=2'] }).end('{"title":"Häuser"}')
    })
    const response = await fetch(`${url}/x?y=1#z`, { method: 'post', body: 'hello' })
    expect(response).toMatchObject({ status: 201, url: `${url}/x?y=1`, remoteAddress: '127.0.0.1' })
    expect(response.headers.get('x-method')).toBe('POST')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await response.json()).toEqual({ title: 'Häuser' })
  })

  test('the far side gets method, path, host, headers and body as asked', async () => {
    const seen: unknown[] = []
    const { url, port, fetch } = await farSide((request, response) => {
      const chunks: unknown[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        const { host, 'x-key': key } = request.headers
        seen.push({ line: `${request.method} ${request.url}`, host, key, body: chunks.join('') })
        response.end()
      })
    })
    async function* pieces() {
      yield Buffer.from('one ')
      yield Buffer.from('two')
    }
    await fetch(`${url}/a%20b?q=ä`, { method: 'PUT', headers: { 'X-Key': 'v' }, body: pieces() })
    expect(seen).toEqual([{ line: 'PUT /a%20b?q=%C3%A4', host: `127.0.0.1:${port}`, key: 'v', body: 'one two' }])
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('%s is unpacked, whole and in pieces', async (encoding, pack) => {
    const page = 'storage format '.repeat(50_000)
    const { url, fetch } = await farSide((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(pack(page))
    })
    expect(await (await fetch(url)).text()).toBe(page)
    expect(await textOf((await fetch(url)).body)).toBe(page)
  })

  test('a large body flows, and a HEAD answer has none', async () => {
    const megabytes = Buffer.alloc(5_000_000, 'abcdefghij')
    const { url, fetch } = await farSide((_request, response) => response.end(megabytes))
    expect(await textOf((await fetch(url)).body)).toBe(megabytes.toString())
    const head = await fetch(url, { method: 'HEAD' })
    expect(head.body).toBeNull()
    expect(await head.text()).toBe('')
  })

  test('something that is no JSON is named without being quoted', async () => {
    const { url, fetch } = await farSide((_request, response) => response.end('<html>token-in-page</html>'))
    const error = await failed((await fetch(url)).json())
    expect(error).toMatchObject({ name: 'Upstream', code: 'not-json', status: 200 })
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('token-in-page')
  })
})

describe('connections', () => {
  test('are kept between calls, even when a small body was left unread', async () => {
    const { url, sockets, fetch } = await farSide((_request, response) => response.end('small'))
    for (let call = 0; call < 5; call += 1) await (await fetch(url)).text()
    await fetch(url)
    await (await fetch(url)).text()
    expect(sockets()).toBeLessThanOrEqual(2)
  })

  test('do not outlive a change of the rules', { timeout: 10_000 }, async () => {
    const { url, server, fetch } = await farSide(keepOpen)
    const connected = firstSocket(server)
    await (await fetch(url)).text()
    const closed = closing(await connected)
    fetch.replaceRules({ allow: [], ownOrigins: [] })
    await closed
    expect(await failed(fetch(url))).toMatchObject({ name: 'Problem', status: 422, code: 'egress-private' })
  })

  test('a call that waited for DNS is judged by the rules of now', async () => {
    const answer = Promise.withResolvers<Address[]>()
    const { port, sockets, fetch } = await farSide((_request, response) => response.end('ok'), {
      resolve: () => answer.promise,
    })
    const call = failed(fetch(`http://wiki.example.com:${port}/`))
    fetch.replaceRules({ allow: [], ownOrigins: [] })
    answer.resolve([{ address: '127.0.0.1', family: 4 }])
    expect(await call).toMatchObject({ name: 'Problem', code: 'egress-private' })
    expect(sockets()).toBe(0)
  })

  test('are closed for good when the fetch is disposed', { timeout: 10_000 }, async () => {
    const { url, server, fetch } = await farSide(keepOpen)
    const connected = firstSocket(server)
    await (await fetch(url)).text()
    const closed = closing(await connected)
    await fetch[Symbol.asyncDispose]()
    await closed
    expect(await failed(fetch(url))).toMatchObject({ name: 'Upstream', code: 'aborted' })
  })

  test('a name that moves from an allowed address to another is refused, kept connection or not', async () => {
    const answers = ['127.0.0.1', '127.0.0.2']
    const asked: string[] = []
    const { port, sockets, fetch } = await farSide((_request, response) => response.end('ok'), {
      resolve: async (host) => {
        asked.push(host)
        return [{ address: answers.shift() ?? '', family: 4 }]
      },
    })
    expect(await (await fetch(`http://rebind.example.com:${port}/`)).text()).toBe('ok')
    expect(await failed(fetch(`http://rebind.example.com:${port}/`))).toMatchObject({ code: 'egress-private' })
    expect(asked).toEqual(['rebind.example.com', 'rebind.example.com'])
    expect(sockets()).toBe(1)
  })

  test('only the judged address is dialled, and Host stays the name', async () => {
    const { port, fetch } = await farSide((request, response) => response.end(request.headers.host), {
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    })
    const response = await fetch(`http://wiki.example.com.:${port}/`)
    expect(response.remoteAddress).toBe('127.0.0.1')
    expect(await response.text()).toBe(`wiki.example.com:${port}`)
  })

  test('one that ends at an address which was not judged is cut before a byte is sent', async () => {
    const requests: unknown[] = []
    const { url } = await farSide((request, response) => {
      requests.push(request.url)
      response.end()
    })
    const lines = openLines()
    const pool = lines.get(url, [{ address: '127.0.0.2', family: 4 }], {
      connections: 1,
      connectTimeoutMs: 5000,
      maxHeaderBytes: 16_384,
    })
    const exchange = new Exchange({ host: 'wiki.example.com', maxBytes: 1000, timeoutMs: 5000, signal: undefined })
    pool.dispatch({ path: '/', method: 'GET' }, exchange)
    expect(await failed(exchange.head)).toMatchObject({ name: 'Upstream', code: 'address-changed' })
    expect(requests).toEqual([])
    await lines.close()
  })

  test('pause while nobody reads a large answer, and go on when somebody does', async () => {
    const exchange = new Exchange({
      host: 'wiki.example.com',
      maxBytes: 10_000_000,
      timeoutMs: 5000,
      signal: undefined,
    })
    let paused = false
    const controller = {
      aborted: false,
      reason: null,
      get paused() {
        return paused
      },
      abort: () => {},
      pause: () => (paused = true),
      resume: () => (paused = false),
    }
    exchange.onRequestStart(controller)
    exchange.onResponseStart(controller, 200, {})
    for (let sent = 0; sent < 4; sent += 1) exchange.onResponseData(controller, Buffer.alloc(64 * 1024))
    expect(paused).toBe(true)
    const whole = exchange.whole()
    expect(paused).toBe(false)
    exchange.onResponseEnd()
    expect((await whole).length).toBe(256 * 1024)
  })

  test('proxy variables are ignored', async () => {
    const { url, fetch } = await farSide((_request, response) => response.end('direct'))
    const before = process.env['HTTP_PROXY']
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:9'
    try {
      expect(await (await fetch(url)).text()).toBe('direct')
    } finally {
      if (before === undefined) delete process.env['HTTP_PROXY']
      else process.env['HTTP_PROXY'] = before
    }
  })
})

const FILE = resolvePath(import.meta.dirname, '../../../shared/cases/redirect.json')
const RedirectCase = z.object({
  status: z.number(),
  location: z.string(),
  expectDefault: z.literal('fail'),
  why: z.string(),
})
const redirects = existsSync(FILE) ? z.array(RedirectCase).parse(JSON.parse(readFileSync(FILE, 'utf8'))) : []
if (redirects.length === 0) console.warn(`SKIPPED: the published redirect cases are not at ${FILE}`)

describe('redirects', () => {
  test.each([...redirects, { status: 302, location: '/again', why: 'same origin' }])(
    '$status to "$location" comes back as it is ($why)',
    async ({ status, location }) => {
      let requests = 0
      const { url, fetch } = await farSide((_request, response) => {
        requests += 1
        response.writeHead(status, { location }).end()
      })
      const response = await fetch(url)
      expect(response.status).toBe(status)
      expect(response.headers.get('location')).toBe(location)
      expect(requests).toBe(1)
    },
  )
})

/** Keeps the connection open far longer than a test lasts, so that only the guard can be the one that closes it. */
function keepOpen(request: IncomingMessage, response: ServerResponse): void {
  request.socket.setTimeout(0)
  response.writeHead(200, { 'keep-alive': 'timeout=600' }).end('ok')
}

import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { closeFarSides, closing, failed, farSide, fill, firstSocket, rawSide, textOf } from './far-side.ts'
import type { Resolver } from './guard.ts'

afterEach(closeFarSides)

describe('limits', () => {
  test('an answer that says it is too large is cut at its headers', async () => {
    const { url, fetch } = await farSide((_request, response) =>
      response.writeHead(200, { 'content-length': 2000 }).write('x'),
    )
    expect(await failed(fetch(url, { maxResponseBytes: 1000 }))).toMatchObject({ code: 'too-large' })
  })

  test('an answer that turns out too large is cut', async () => {
    const { url, fetch } = await farSide((_request, response) => fill(response))
    const response = await fetch(url, { maxResponseBytes: 1_000_000 })
    expect(await failed(response.text())).toMatchObject({ name: 'Upstream', code: 'too-large' })
  })

  test('a gzip bomb stops at the limit of its unpacked size', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000))
    const { url, fetch } = await farSide((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    )
    const init = { maxResponseBytes: 1_000_000 }
    expect(bomb.length).toBeLessThan(100_000)
    expect(await failed((await fetch(url, init)).text())).toMatchObject({ code: 'too-large' })
    expect(await failed(textOf((await fetch(url, init)).body))).toMatchObject({ code: 'too-large' })
  })

  test.each([
    ['gzip', 'no gzip at all'],
    ['gzip', gzipSync('cut short, cut short').subarray(0, 20)],
    ['br', 'no brotli at all'],
    ['compress', 'x'],
    ['gzip, gzip', gzipSync(gzipSync('x'))],
  ])('an answer in bad %s is an Upstream error', async (encoding, body) => {
    const { url, fetch } = await farSide((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body),
    )
    expect(await failed((await fetch(url)).text())).toMatchObject({ name: 'Upstream', code: 'bad-encoding' })
  })

  test('a flood of headers is cut', async () => {
    const { url, fetch } = await rawSide((socket) => {
      const flood = (): void => {
        while (!socket.destroyed && socket.write(`X-Flood: ${'x'.repeat(1000)}\r\n`));
      }
      socket.on('drain', flood).write('HTTP/1.1 200 OK\r\n')
      flood()
    })
    expect(await failed(fetch(url))).toMatchObject({ name: 'Upstream', code: 'headers-too-large' })
  })

  test('a server that says nothing meets the deadline', async () => {
    const { url, fetch } = await rawSide(() => {})
    expect(await failed(fetch(url, { timeoutMs: 500 }))).toMatchObject({ name: 'Upstream', code: 'timeout' })
  })

  test('a server that drips meets the deadline too', async () => {
    const { url, fetch } = await farSide((_request, response) => {
      const drip = setInterval(() => response.write('.'), 10)
      response.on('close', () => clearInterval(drip))
    })
    const response = await fetch(url, { timeoutMs: 1000 })
    expect(await failed(response.text())).toMatchObject({ code: 'timeout' })
  })

  test('calls that wait for a free connection meet their deadline as well', async () => {
    const arrived = Promise.withResolvers<void>()
    const { url, fetch } = await farSide(() => arrived.resolve(), { perOriginConnections: 1 })
    const leave = new AbortController()
    const first = failed(fetch(url, { signal: leave.signal }))
    await arrived.promise
    const waiting = [failed(fetch(url, { timeoutMs: 100 })), failed(fetch(url, { timeoutMs: 100 }))]
    for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ code: 'timeout' })
    leave.abort()
    await first
  })

  test('DNS that never answers meets the deadline', async () => {
    const { fetch } = await farSide(() => {}, { resolve: () => new Promise(() => {}) })
    expect(await failed(fetch('http://wiki.example.com/', { timeoutMs: 50 }))).toMatchObject({
      name: 'Upstream',
      code: 'dns-failed',
    })
  })
})

describe('failures', () => {
  test('a connection that is cut, before and within the answer', async () => {
    const before = await rawSide((socket) => socket.once('data', () => socket.resetAndDestroy()))
    expect(await failed(before.fetch(before.url))).toMatchObject({ name: 'Upstream', code: 'reset' })
    const within = await rawSide((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'))
    })
    expect(await failed((await within.fetch(within.url)).text())).toMatchObject({ code: 'reset' })
    expect(await failed(textOf((await within.fetch(within.url)).body))).toMatchObject({ code: 'reset' })
  })

  test('a closed port, an answer that is no HTTP, and no TLS where TLS is asked', async () => {
    const gone = await farSide(() => {})
    gone.server.close()
    expect(await failed(gone.fetch(gone.url))).toMatchObject({ name: 'Upstream', code: 'connect-refused' })
    const odd = await rawSide((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH\r\n')))
    expect(await failed(odd.fetch(odd.url))).toMatchObject({ code: 'bad-response' })
    const plain = await farSide((_request, response) => response.end('ok'))
    expect(await failed(plain.fetch(plain.url.replace('http:', 'https:')))).toMatchObject({ code: 'tls-failed' })
  })

  test('DNS errors are the network’s, not the caller’s', async () => {
    const resolve: Resolver = async () => {
      throw Object.assign(new Error('no'), { code: 'ENOTFOUND' })
    }
    const { fetch } = await farSide(() => {}, { resolve })
    expect(await failed(fetch('http://nowhere.example.com/'))).toMatchObject({
      name: 'Upstream',
      code: 'dns-not-found',
    })
  })

  test('an abort is obeyed before, during the wait and within the body', async () => {
    const { url, fetch } = await farSide((request, response) => {
      if (request.url === '/body') response.write('first')
    })
    expect(await failed(fetch(url, { signal: AbortSignal.abort() }))).toMatchObject({ code: 'aborted' })
    const waiting = new AbortController()
    const call = fetch(url, { signal: waiting.signal })
    waiting.abort()
    expect(await failed(call)).toMatchObject({ code: 'aborted' })
    const within = new AbortController()
    const response = await fetch(`${url}/body`, { signal: within.signal })
    within.abort()
    expect(await failed(response.text())).toMatchObject({ name: 'Upstream', code: 'aborted' })
  })

  test('an abort is obeyed while DNS is asked', async () => {
    const asked = Promise.withResolvers<void>()
    const resolve: Resolver = () => {
      asked.resolve()
      return new Promise(() => {})
    }
    const { fetch } = await farSide(() => {}, { resolve })
    const abort = new AbortController()
    const call = failed(fetch('http://wiki.example.com/', { signal: abort.signal }))
    await asked.promise
    abort.abort()
    expect(await call).toMatchObject({ name: 'Upstream', code: 'aborted' })
  })

  test('leaving a stream early closes its connection', async () => {
    const { url, server, fetch } = await farSide((_request, response) => fill(response))
    const connected = firstSocket(server)
    const response = await fetch(url)
    const closed = closing(await connected)
    await response.body?.cancel()
    await closed
    const connectedNext = firstSocket(server)
    const next = await fetch(url)
    const closedNext = closing(await connectedNext)
    for await (const _ of next.body ?? []) break
    await closedNext
  })

  test.each([
    { headers: { Host: 'evil.example' } },
    { headers: { 'Transfer-Encoding': 'chunked' } },
    { headers: { 'X-A': 'v\r\nX-B: w' } },
    { headers: { 'X A': 'v' } },
    { headers: { 'X-A': 'žluť' } },
    { method: 'CONNECT' },
    { method: 'GE T' },
  ])('a request that HTTP cannot carry is the caller’s problem: %j', async (init) => {
    let requests = 0
    const { url, fetch } = await farSide((_request, response) => {
      requests += 1
      response.end()
    })
    expect(await failed(fetch(url, init))).toMatchObject({ name: 'Problem', status: 422, code: 'egress-request' })
    expect(requests).toBe(0)
  })

  test('no error repeats path, query or header values', async () => {
    const { url, fetch } = await rawSide((socket) => socket.once('data', () => socket.resetAndDestroy()))
    const errors = [
      await failed(
        fetch(`${url}/path-secret?key=query-secret`, { headers: { authorization: 'Bearer header-secret' } }),
      ),
      await failed(fetch('http://10.0.0.1/path-secret?key=query-secret')),
      await failed(fetch(url.replace('//', '//user-secret:pass-secret@'))),
      await failed(fetch(url, { headers: { 'x-a': 'header-secret\n' } })),
    ]
    for (const error of errors) expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('secret')
  })
})

import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { closeFarSides, closing, failed, farSide, fill, firstSocket, rawSide } from './far-side.ts'

afterEach(closeFarSides)

const KEPT = 16_384
const some = { readAtMost: KEPT }
const start = 'begun'.repeat(10)

test('a small answer is read whole, and its connection kept', async () => {
  const { url, sockets, fetch } = await farSide((_request, response) => response.end('a'.repeat(KEPT)), {
    perOriginConnections: 1,
  })
  for (let call = 0; call < 3; call += 1) {
    const response = await fetch(url, some)
    expect(await response.text()).toBe('a'.repeat(KEPT))
    expect(response.isCut).toBe(false)
  }
  expect(sockets()).toBe(1)
})

test.each([
  ['endless', {}],
  ['1 GB long, as it says', { 'content-length': 1_000_000_000 }],
])('an answer that is %s is left after its start', async (_what, headers) => {
  const { url, server, fetch } = await farSide((_request, response) => fill(response.writeHead(202, headers)))
  const connected = firstSocket(server)
  const response = await fetch(url, some)
  const closed = closing(await connected)
  expect(response.status).toBe(202)
  expect(await response.bytes()).toHaveLength(KEPT)
  expect(response.isCut).toBe(true)
  await closed
})

test('an answer that hangs, drips or breaks off after its headers is what came of it', async () => {
  const { port, fetch } = await rawSide((socket) => {
    socket.once('data', (data) => {
      const path = data.toString().split(' ')[1]
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${start}`)
      if (path === '/cut') socket.end()
      const drip = path === '/drip' ? setInterval(() => socket.write('.'), 10) : undefined
      socket.on('close', () => clearInterval(drip))
    })
  })
  for (const path of ['hang', 'drip', 'cut']) {
    const response = await fetch(`http://127.0.0.1:${port}/${path}`, { ...some, timeoutMs: 1000 })
    expect(await response.text()).toMatch(new RegExp(`^${start}\\.*$`))
    expect(response).toMatchObject({ status: 200, isCut: true })
  }
})

test('one that hangs before its headers has failed', async () => {
  const { url, fetch } = await rawSide((socket) => socket.write('HTTP/1.1 200 OK\r\n'))
  expect(await failed(fetch(url, { ...some, timeoutMs: 500 }))).toMatchObject({ name: 'Upstream', code: 'timeout' })
})

test('a call that is aborted is aborted', async () => {
  const { url, fetch } = await farSide((_request, response) => response.write(start))
  const abort = new AbortController()
  const response = await fetch(url, { ...some, signal: abort.signal })
  const read = failed(response.text())
  abort.abort()
  expect(await read).toMatchObject({ name: 'Upstream', code: 'aborted' })
})

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
])('the start of a %s bomb is unpacked, and no more', async (encoding, pack) => {
  const bomb = pack(Buffer.alloc(5_000_000, 'x'))
  const { url, fetch } = await farSide((request, response) => {
    const small = request.url === '/small'
    response.writeHead(200, { 'content-encoding': encoding }).end(small ? pack('all of it') : bomb)
  })
  const response = await fetch(url, some)
  expect(await response.text()).toBe('x'.repeat(KEPT))
  expect(response.isCut).toBe(true)
  const small = await fetch(`${url}/small`, some)
  expect([await small.text(), small.isCut]).toEqual(['all of it', false])
})

test.each([
  ['gzip', 'no gzip at all'],
  ['gzip, gzip', gzipSync(gzipSync('x'))],
])('what cannot be unpacked (%s) is left out', async (encoding, body) => {
  const { url, fetch } = await farSide((_request, response) =>
    response.writeHead(200, { 'content-encoding': encoding }).end(body),
  )
  const response = await fetch(url, some)
  expect([await response.text(), response.isCut]).toEqual(['', true])
})

test('a character that is cut through is left out', async () => {
  const { url, fetch } = await farSide((_request, response) => response.end('ž'.repeat(KEPT)))
  const text = await (await fetch(url, { readAtMost: 101 })).text()
  expect(text).toBe('ž'.repeat(50))
})

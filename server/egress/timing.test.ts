import { afterEach, describe, expect, test } from 'vitest'
import { publicFailure } from '#server/platform/problem.ts'
import { Exchange } from './exchange.ts'
import { closeFarSides, failed, farSide, rawSide } from './far-side.ts'
import type { Resolver } from './guard.ts'

afterEach(closeFarSides)

const timed = expect.any(Number)
const toLoopback: Resolver = async () => [{ address: '127.0.0.1', family: 4 }]

describe('the parts of a call are timed', () => {
  test('a first one with its connection, the next one without', async () => {
    const { port, url, fetch } = await farSide((_request, response) => response.end('ok'), {
      resolve: toLoopback,
      perOriginConnections: 1,
    })
    const first = await fetch(url)
    await first.text()
    expect(first.timing).toEqual({ dnsMs: null, connectMs: timed, tlsMs: null, firstByteMs: timed })
    const next = await fetch(url)
    await next.text()
    expect(next.timing).toEqual({ dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: timed })
    const named = await fetch(`http://wiki.example.com:${port}/`)
    await named.text()
    expect(named.timing).toEqual({ dnsMs: timed, connectMs: timed, tlsMs: null, firstByteMs: timed })
  })

  test('one that nobody accepts', async () => {
    const { url, server, fetch } = await farSide(() => {})
    server.close()
    expect(await failed(fetch(url))).toMatchObject({
      code: 'connect-refused',
      call: { address: '127.0.0.1', timing: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null } },
    })
  })

  test('one that waits for its connection until the deadline', async () => {
    const exchange = new Exchange({ host: 'wiki.example.com', maxBytes: 1, timeoutMs: 20, signal: undefined })
    exchange.wire = { remoteAddress: '', connectMs: null, tlsMs: null, isNew: true }
    expect(await failed(exchange.head)).toMatchObject({ name: 'Upstream', code: 'connect-timeout' })
  })

  test('one that is accepted and never answered, and one that is cut', async () => {
    const { port, fetch } = await rawSide((socket) => {
      socket.once('data', (data) => {
        if (data.toString().startsWith('POST')) socket.resetAndDestroy()
      })
    })
    const timing = { dnsMs: null, connectMs: timed, tlsMs: null, firstByteMs: null }
    for (const [code, init] of [
      ['timeout', { timeoutMs: 500 }],
      ['reset', { method: 'POST', body: 'x' }],
    ] as const) {
      const error = await failed(fetch(`http://127.0.0.1:${port}/`, init))
      expect(error).toMatchObject({ code, call: { address: '127.0.0.1', timing } })
    }
  })

  test('one that breaks off within its answer', async () => {
    const { url, fetch } = await rawSide((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'))
    })
    expect(await failed((await fetch(url)).text())).toMatchObject({
      code: 'reset',
      call: { address: '127.0.0.1', timing: { connectMs: timed, firstByteMs: timed } },
    })
  })

  test('one whose name is not found', async () => {
    const resolve: Resolver = async () => {
      throw Object.assign(new Error('no'), { code: 'ENOTFOUND' })
    }
    const { fetch } = await farSide(() => {}, { resolve })
    expect(await failed(fetch('http://nowhere.example.com/'))).toMatchObject({
      code: 'dns-not-found',
      call: { address: null, timing: { dnsMs: timed, connectMs: null, tlsMs: null, firstByteMs: null } },
    })
  })
})

test('people who are no platform admins hear the same of a closed, a filtered and an unrouted port', () => {
  const told = ['connect-refused', 'connect-timeout', 'unreachable', 'address-changed'].map((code) =>
    publicFailure({ host: 'wiki.example.com', code, message: `${code} says more` }),
  )
  expect(new Set(told.map((one) => JSON.stringify(one)))).toEqual(
    new Set([
      '{"code":"unreachable","message":"wiki.example.com cannot be reached. Ask a platform admin, who sees why."}',
    ]),
  )
  const late = { host: 'wiki.example.com', code: 'timeout', message: 'wiki.example.com did not finish.' }
  expect(publicFailure(late)).toEqual({ code: late.code, message: late.message })
})

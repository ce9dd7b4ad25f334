import { createServer } from 'node:https'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { CERTIFICATE, EXPIRED, KEY } from '#server/test/certificates.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { closeFarSides, failed, openSide } from './far-side.ts'
import type { Resolver } from './guard.ts'

afterEach(closeFarSides)

const toLoopback: Resolver = async () => [{ address: '127.0.0.1', family: 4 }]

/** A far side that notes every request, and every byte of one, that it gets. */
async function secureSide(cert: string) {
  const requests: unknown[] = []
  const server = createServer({ key: KEY, cert }, (request, response) => {
    requests.push(request.headers)
    response.end('ok')
  })
  const side = await openSide(server, { resolve: toLoopback, perOriginConnections: 1 })
  return { ...side, requests }
}

const withKey = { headers: { authorization: 'Bearer key' } }

test.each([
  ['signed by itself', CERTIFICATE, 'signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT)'],
  ['expired and signed by itself', EXPIRED, 'certificate'],
])('T7: a certificate that is %s gets no request', async (_what, cert, why) => {
  const { port, requests, fetch } = await secureSide(cert)
  const error = await failed(fetch(`https://wiki.example.com:${port}/`, withKey))
  expect(error).toMatchObject({
    name: 'Upstream',
    code: 'tls-failed',
    message: expect.stringContaining(why),
    call: { address: '127.0.0.1', timing: { connectMs: expect.any(Number), tlsMs: null, firstByteMs: null } },
  })
  expect(requests).toEqual([])
})

describe('of an authority that is known', () => {
  const known = getCACertificates('default')
  beforeAll(() => setDefaultCACertificates([...known, CERTIFICATE, EXPIRED]))
  afterAll(() => setDefaultCACertificates(known))

  test('a certificate for another name gets no request', async () => {
    const { port, requests, fetch } = await secureSide(CERTIFICATE)
    const error = await failed(fetch(`https://crm.example.com:${port}/`, withKey))
    expect(error).toMatchObject({ code: 'tls-failed', message: expect.stringContaining('for another name') })
    expect(requests).toEqual([])
  })

  test('an expired certificate gets no request', async () => {
    const { port, requests, fetch } = await secureSide(EXPIRED)
    const error = await failed(fetch(`https://wiki.example.com:${port}/`, withKey))
    expect(error).toMatchObject({ code: 'tls-failed', message: expect.stringContaining('has expired') })
    expect(requests).toEqual([])
  })

  test('a right one gets it, and the handshake is timed once', async () => {
    const { port, requests, fetch } = await secureSide(CERTIFICATE)
    const first = await fetch(`https://wiki.example.com:${port}/`, withKey)
    expect(await first.text()).toBe('ok')
    const timed = expect.any(Number)
    expect(first.timing).toEqual({ dnsMs: timed, connectMs: timed, tlsMs: timed, firstByteMs: timed })
    const second = await fetch(`https://wiki.example.com:${port}/`, withKey)
    expect(await second.text()).toBe('ok')
    expect(second.timing).toEqual({ dnsMs: timed, connectMs: null, tlsMs: null, firstByteMs: timed })
    expect(requests).toMatchObject([{ authorization: 'Bearer key' }, { authorization: 'Bearer key' }])
  })
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { openEgress, type Egress } from '#server/egress/fetch.ts'
import { parseEgressAllow } from '#server/egress/guard.ts'
import { systemClock } from '#server/platform/clock.ts'
import { Upstream } from '#server/platform/problem.ts'
import {
  inTurn,
  jsonReply,
  pageReply,
  redirectReply,
  startLoopback,
  type Loopback,
  type Reply,
} from '#server/test/loopback.ts'
import { openClient, type Client, type ClientOptions } from './client.ts'

const good = jsonReply(200, { results: [] })

let site: Loopback
let fetch: Egress
beforeEach(async () => {
  site = await startLoopback(good)
  fetch = openEgress({ rules: { allow: parseEgressAllow(site.host), ownOrigins: [] } })
})
afterEach(async () => {
  await fetch[Symbol.asyncDispose]()
  await site[Symbol.asyncDispose]()
})

const client = (more: Partial<ClientOptions> = {}): Client =>
  openClient({ fetch, base: `${site.url}/wiki`, clock: systemClock, retryStartMs: 1, retryCapMs: 2, ...more })

const cut: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"results":[', () => response.destroy())
}
const truncated: Reply = (response) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{"results":[{"id":"1"')

async function failureOf(work: Promise<unknown>): Promise<Upstream> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof Upstream) return error
  throw new Error(`not an Upstream: ${String(error)}`)
}

test.each([429, 500, 502, 503, 504])('a %d is repeated until it goes well', async (status) => {
  site.reply = inTurn(jsonReply(status, {}), jsonReply(status, {}), good)
  await expect(client().getJson('/x')).resolves.toEqual({ results: [] })
  expect(site.asked).toHaveLength(3)
})

test.each<[string, Reply, string]>([
  ['a cut connection', cut, 'reset'],
  ['data that break off (R4)', truncated, 'truncated'],
])('%s is repeated four times at most, then told', async (_what, reply, code) => {
  site.reply = inTurn(reply)
  expect((await failureOf(client().getJson('/x'))).code).toBe(code)
  expect(site.asked).toHaveLength(4)
  site.reply = inTurn(reply, good)
  site.asked = []
  await expect(client().getJson('/x')).resolves.toEqual({ results: [] })
})

test('the wait that a site asks for is obeyed, and seen from outside', async () => {
  const seen: { status: number; waitedSeconds: number }[] = []
  site.reply = inTurn(jsonReply(429, {}, { 'retry-after': '1' }), good)
  await client({ onRequest: ({ status, waitedSeconds }) => seen.push({ status, waitedSeconds }) }).getJson('/x')
  expect(seen).toEqual([
    { status: 429, waitedSeconds: 0 },
    { status: 429, waitedSeconds: 1 },
    { status: 200, waitedSeconds: 0 },
  ])
})

test('a 503 tells its Retry-After too (R3), never more than two minutes of it (R6)', async () => {
  site.reply = inTurn(jsonReply(503, {}, { 'retry-after': '99999' }))
  const failure = await failureOf(client({ maxTries: 1 }).getJson('/x'))
  expect(failure).toMatchObject({ code: 'server-error', status: 503, retryAfterSeconds: 120 })
})

test('a wait ends at once when the work is given up', async () => {
  site.reply = inTurn(jsonReply(429, {}, { 'retry-after': '100' }))
  const stopping = new AbortController()
  const work = client({
    signal: stopping.signal,
    onRequest: ({ waitedSeconds }) => {
      if (waitedSeconds > 0) stopping.abort(new Error('stopping'))
    },
  }).getJson('/x')
  await expect(work).rejects.toThrow('stopping')
  expect(site.asked).toHaveLength(1)
})

test.each<[string, Reply, string]>([
  ['a sign-in page with status 200 (R4)', pageReply(200, '<!doctype html><h1>Log in</h1>'), 'login-page'],
  ['a page that calls itself JSON', htmlAsJson(), 'login-page'],
  ['a redirect to an identity provider (T6)', redirectReply('https://id.example.com/login'), 'redirected'],
  ['a bad request', jsonReply(400, { errors: [] }), 'bad-request'],
  ['a Tomcat page with 401 (T1)', pageReply(401, '<html><h1>HTTP Status 401</h1></html>'), 'key-rejected'],
  ['a scope that is missing (T2)', jsonReply(401, { message: 'Unauthorized; scope does not match' }), 'missing-scope'],
  ['a forbidden thing', jsonReply(403, {}), 'forbidden'],
  ['a thing that is not there', jsonReply(404, {}), 'not-found'],
  ['an odd status', jsonReply(418, {}), 'unexpected'],
])('%s is told and not repeated', async (_what, reply, code) => {
  site.reply = inTurn(reply)
  const failure = await failureOf(client().getJson('/x?secret=1'))
  expect(failure.code).toBe(code)
  expect(failure.message).not.toContain('secret')
  expect(site.asked).toHaveLength(1)
})

function htmlAsJson(): Reply {
  return (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('\n<html>hello</html>')
}

test('a POST that only reads is repeated, with the same body', async () => {
  site.reply = inTurn(cut, jsonReply(200, { results: { 1: 'page' } }))
  await expect(client().readByPost('/ids', { contentIds: ['1'] })).resolves.toEqual({ results: { 1: 'page' } })
  expect(site.asked.map(({ method, body }) => `${method} ${body}`)).toEqual([
    'POST {"contentIds":["1"]}',
    'POST {"contentIds":["1"]}',
  ])
})

test('a probe is one request, whatever the answer', async () => {
  site.reply = inTurn(jsonReply(503, { why: 'maintenance' }))
  await expect(client().probe('/x')).resolves.toMatchObject({ status: 503, json: { why: 'maintenance' } })
  expect(site.asked).toHaveLength(1)
})

test('the time of the site is known from its answers', async () => {
  const one = client()
  expect(one.serverTime).toBeUndefined()
  site.reply = inTurn(jsonReply(200, {}, { date: 'Sun, 01 Mar 2026 12:00:00 GMT' }))
  await one.getJson('/x')
  expect(one.serverTime).toEqual(new Date('2026-03-01T12:00:00Z'))
})

test('R2: a 403 that is a limit is repeated after its time, a plain 403 is not', async () => {
  const limit: Reply = (response) =>
    void response.writeHead(403, { 'content-type': 'application/json', 'retry-after': '0' }).end('{}')
  site.reply = inTurn(limit, good)
  await expect(client().getJson('/x')).resolves.toEqual({ results: [] })
  site.reply = inTurn(jsonReply(403, {}), good)
  expect((await failureOf(client().getJson('/x'))).code).toBe('forbidden')
})

test('after an answer that emptied the token bucket the next request waits for its interval', async () => {
  const last: Reply = (response) =>
    void response
      .writeHead(200, {
        'content-type': 'application/json',
        'retry-after': '0',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-interval-seconds': '1',
      })
      .end('{"results":[]}')
  site.reply = inTurn(last, good)
  const one = client()
  await one.getJson('/x')
  const began = performance.now()
  await one.getJson('/x')
  expect(performance.now() - began).toBeGreaterThan(900)
})

test('R3: an address that asked for fewer requests is left alone until its time, and the others are not', async () => {
  let isLimited = true
  site.reply = (response, asked) => {
    if (!asked.url.includes('/busy') || !isLimited) return good(response, asked)
    isLimited = false
    return jsonReply(429, {}, { 'retry-after': '1' })(response, asked)
  }
  const one = client()
  const busy = one.getJson('/busy?page=1')
  await expect.poll(() => site.asked.length).toBe(1)
  const more = one.getJson('/busy?page=2')
  await one.getJson('/free')
  expect(site.asked.map(({ url }) => url.split('?')[0])).toEqual(['/wiki/busy', '/wiki/free'])
  await Promise.all([busy, more])
  expect(site.asked).toHaveLength(4)
  expect(one.waitedMs).toBeGreaterThan(0)
})

test('R5: what changes something is sent once, whatever comes of it', async () => {
  for (const reply of [cut, truncated, jsonReply(503, {}, { 'retry-after': '1' }), jsonReply(429, {})]) {
    site.reply = inTurn(reply, good)
    site.asked = []
    await failureOf(client().write('POST', '/x', { title: 'once' }))
    expect(site.asked).toHaveLength(1)
  }
})

test('R6: all waiting for limits together ends at the budget, and says so', async () => {
  site.reply = inTurn(jsonReply(429, {}, { 'retry-after': '60' }))
  const failure = await failureOf(client({ maxWaitMs: 59_000 }).getJson('/x'))
  expect(failure).toMatchObject({ code: 'rate-limit-budget' })
  expect(failure.message).toContain('1 min')
  expect(site.asked).toHaveLength(1)
})

test.each<[string, Reply, string]>([
  ['503 without a word about when', jsonReply(503, {}), 'server-error'],
  ['a cut connection', cut, 'reset'],
])('R6: the waits after %s count, too, and its end is told as what it is', async (_what, reply, code) => {
  site.reply = inTurn(reply)
  const one = client({ maxTries: 100, retryStartMs: 40, retryCapMs: 40, maxWaitMs: 200 })
  expect((await failureOf(one.getJson('/x'))).code).toBe(code)
  // Each wait is of 28 ms or more.
  expect(site.asked.length).toBeLessThan(10)
  expect(one.waitedMs).toBeGreaterThan(100)
})

test('a request that may itself be at fault is given up early, an outage and a limit are not', async () => {
  site.reply = inTurn(jsonReply(500, {}), jsonReply(500, {}), good)
  expect((await failureOf(client().getJson('/x', { triesOnFault: 2 }))).status).toBe(500)
  site.reply = inTurn(jsonReply(503, {}), jsonReply(503, {}), good)
  await expect(client().getJson('/x', { triesOnFault: 1 })).resolves.toEqual({ results: [] })
})

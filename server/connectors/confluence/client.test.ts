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
import { outcomeOf } from './push-outcome.ts'
import { endpointOf, openThrottle } from './throttle.ts'

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

test('no more requests run at once than asked for, however many wait, whoever asks and whatever for', async () => {
  let running = 0
  let most = 0
  const held: (() => void)[] = []
  site.reply = (response, asked) => {
    running += 1
    most = Math.max(most, running)
    held.push(() => {
      running -= 1
      good(response, asked)
    })
    if (held.length === 2) for (const answer of held.splice(0)) answer()
  }
  const throttle = openThrottle({ concurrency: 2 })
  const [one, other] = [client({ throttle }), client({ throttle })]
  await Promise.all([
    ...Array.from({ length: 4 }, () => one.getJson('/x')),
    ...Array.from({ length: 4 }, () => other.getJson('/y')),
    other.write('PUT', '/x', {}),
    other.probe('/x'),
  ])
  expect(most).toBe(2)
  expect([one.requests, other.requests]).toEqual([4, 6])
})

test('what a person waits for goes before what waits already, a write always', async () => {
  const { promise: isFree, resolve: free } = Promise.withResolvers<void>()
  site.reply = (response, asked) => void isFree.then(() => good(response, asked))
  const throttle = openThrottle({ concurrency: 1 })
  const background = client({ throttle })
  const first = background.getJson('/first')
  await expect.poll(() => site.asked.length).toBe(1)
  const rest = [
    background.getJson('/second'),
    background.getJson('/third'),
    client({ throttle, isUrgent: true }).getJson('/person'),
    background.write('POST', '/write', {}),
  ]
  free()
  await Promise.all([first, ...rest])
  const order = site.asked.map(({ url }) => url.replace('/wiki', ''))
  expect(order).toEqual(['/first', '/person', '/write', '/second', '/third'])
})

test('R3: a limit that one meets holds for the others, and tells at once whoever would wait too long', async () => {
  site.reply = inTurn(jsonReply(429, {}, { 'retry-after': '90' }), good)
  const throttle = openThrottle({ concurrency: 6 })
  await failureOf(client({ throttle, maxTries: 1 }).getJson('/x'))
  const others = [
    client({ throttle, maxWaitMs: 60_000 }).getJson('/x'),
    client({ throttle, patienceMs: 15_000 }).getJson('/x'),
    client({ throttle, patienceMs: 15_000 }).openFile('/x', { maxBytes: 1, timeoutMs: 1000 }),
  ]
  const failures = await Promise.all(others.map(failureOf))
  expect(failures.map(({ code }) => code)).toEqual(['rate-limit-budget', 'rate-limited', 'rate-limited'])
  expect(failures[1]).toMatchObject({ status: 429, retryAfterSeconds: 90 })
  expect(site.asked).toHaveLength(1)
  throttle.change({ concurrency: 5 })
  await client({ throttle }).getJson('/x')
  expect(site.asked).toHaveLength(2)
})

test('R5: a write that is limited is known not to be sent before its address is open again', async () => {
  site.reply = inTurn(jsonReply(429, {}, { 'retry-after': '90' }), good)
  const throttle = openThrottle({ concurrency: 6 })
  for (const title of ['first', 'second']) {
    const failure = await failureOf(client({ throttle }).write('PUT', '/pages/1', { title }))
    expect(failure).toMatchObject({ code: 'rate-limited', status: 429 })
    expect(outcomeOf(failure)).toBe('refused')
  }
  expect(site.asked.map(({ body }) => body)).toEqual(['{"title":"first"}'])
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

test.each([429, 503])('R3: a %d to a file slows down the files that are asked for next', async (status) => {
  site.reply = inTurn(jsonReply(status, {}, { 'retry-after': '1' }), good)
  const one = client()
  const limits = { maxBytes: 1000, timeoutMs: 5000 }
  const path = '/rest/api/content/1/child/attachment/att2/download'
  const failure = await failureOf(one.openFile(path, limits))
  expect(failure).toMatchObject({ status, retryAfterSeconds: 1 })
  await (await one.openFile(path.replace('2', '3'), limits)).text()
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

test.each([
  ['/api/v2/pages/98400/versions?limit=5', 'GET /api/v2/pages/{id}/versions'],
  ['/rest/api/space/DOCS/content', 'GET /rest/api/space/{id}/content'],
  ['/api/v2/pages?space-id=1', 'GET /api/v2/pages'],
  ['/download/attachments/98400/a%20plan.txt?version=2', 'GET /download'],
])('the address %s is of the kind %s', (path, endpoint) => {
  expect(endpointOf('GET', path)).toBe(endpoint)
})

test('a request that may itself be at fault is given up early, an outage and a limit are not', async () => {
  site.reply = inTurn(jsonReply(500, {}), jsonReply(500, {}), good)
  expect((await failureOf(client().getJson('/x', { triesOnFault: 2 }))).status).toBe(500)
  site.reply = inTurn(jsonReply(503, {}), jsonReply(503, {}), good)
  await expect(client().getJson('/x', { triesOnFault: 1 })).resolves.toEqual({ results: [] })
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { openEgress, type Egress } from '#server/egress/fetch.ts'
import { parseEgressAllow } from '#server/egress/guard.ts'
import { systemClock } from '#server/platform/clock.ts'
import { Upstream } from '#server/platform/problem.ts'
import { inTurn, jsonReply, startLoopback, type Loopback } from '#server/test/loopback.ts'
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

async function failureOf(work: Promise<unknown>): Promise<Upstream> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof Upstream) return error
  throw new Error(`not an Upstream: ${String(error)}`)
}

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

test.each([
  ['/api/v2/pages/98400/versions?limit=5', 'GET /api/v2/pages/{id}/versions'],
  ['/rest/api/space/DOCS/content', 'GET /rest/api/space/{id}/content'],
  ['/api/v2/pages?space-id=1', 'GET /api/v2/pages'],
  ['/download/attachments/98400/a%20plan.txt?version=2', 'GET /download'],
])('the address %s is of the kind %s', (path, endpoint) => {
  expect(endpointOf('GET', path)).toBe(endpoint)
})

test('who waits for a closed address keeps nobody from being told that it takes too long', async () => {
  const throttle = openThrottle({ concurrency: 6 })
  throttle.slowDown('GET /x', 60_000)
  const stopping = new AbortController()
  const patient = throttle.run('GET /x', async () => {}, {
    wait: () =>
      new Promise((_, reject) => stopping.signal.addEventListener('abort', () => reject(new Error('stopped')))),
  })
  const impatient = throttle.run('GET /x', async () => {}, { wait: () => Promise.reject(new Error('too long')) })
  await expect(impatient).rejects.toThrow('too long')
  stopping.abort()
  await expect(patient).rejects.toThrow('stopped')
})

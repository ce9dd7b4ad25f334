import { afterEach, beforeEach, expect, test } from 'vitest'
import { openEgress, type Egress } from '#server/egress/fetch.ts'
import { parseEgressAllow } from '#server/egress/guard.ts'
import { systemClock } from '#server/platform/clock.ts'
import { Upstream } from '#server/platform/problem.ts'
import { startSimulator, type Simulator } from '#simulator/start.ts'
import { jsonReply, startLoopback, type Loopback } from '#server/test/loopback.ts'
import { openClient, type Client } from './client.ts'
import { walkListing } from './listing.ts'
import { listSpaces, walkPages, type PulledBatch } from './pull.ts'

let fetch: Egress
let scripted: Loopback
beforeEach(async () => {
  scripted = await startLoopback(jsonReply(404, {}))
  fetch = openEgress({ rules: { allow: parseEgressAllow('127.0.0.1'), ownOrigins: [] } })
})
afterEach(async () => {
  await fetch[Symbol.asyncDispose]()
  await scripted[Symbol.asyncDispose]()
})

const client = (base = `${scripted.url}/wiki`): Client =>
  openClient({ fetch, base, clock: systemClock, retryStartMs: 1, retryCapMs: 2, maxTries: 2 })

function clientOf(simulator: Simulator, base = `${simulator.url}/wiki`): Client {
  const { email = '', key = '' } = simulator.users[0] ?? {}
  const authorization = `Basic ${Buffer.from(`${email}:${key}`).toString('base64')}`
  return openClient({
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init?.headers, authorization } }),
    base,
    clock: systemClock,
    retryStartMs: 1,
    maxTries: 2,
  })
}

/** Titles of a walk over the simulator's pages, 5 a request, to its end; the ids must not come twice. */
async function walkAll(to: Client): Promise<number> {
  const spaceIds = (await listSpaces(to)).map((space) => space.externalId)
  const ids = new Set<string>()
  let items = 0
  const list = { kind: 'pages', spaceIds, statuses: ['current', 'archived'], bodies: true, limit: 5 } as const
  for await (const batch of walkPages(to, list, null)) {
    for (const page of batch.pages) ids.add(page.externalId)
    items += batch.pages.length
  }
  expect(ids.size).toBe(items)
  return items
}

/** Results of a walk over the scripted site. */
async function collect(path = '/api/v2/pages?limit=2', cursor: string | null = null): Promise<unknown[]> {
  const results: unknown[] = []
  for await (const page of walkListing(client(), path, cursor)) results.push(...page.results)
  return results
}

async function brokenBy(work: Promise<unknown>): Promise<Upstream> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof Upstream) return error
  throw new Error(`not an Upstream: ${String(error)}`)
}

/** Answers the listing's pages by the cursor that is asked for; '' is the first. */
function script(pages: Record<string, { results: unknown[]; next?: string; base?: string }>): void {
  scripted.reply = (response, asked) => {
    const cursor = new URL(asked.url, scripted.url).searchParams.get('cursor') ?? ''
    const page = pages[cursor]
    if (page === undefined)
      return jsonReply(400, { errors: [{ title: 'Provided cursor is invalid' }] })(response, asked)
    return jsonReply(200, { results: page.results, _links: { next: page.next, base: page.base } })(response, asked)
  }
}

const pagesOnly = /\/api\/v2\/pages/

test('P1: short pages with a next link are not the end', async () => {
  await using simulator = await startSimulator({ pages: 30, spaces: 2 })
  simulator.control.setFault({ kind: 'short-page', match: { path: pagesOnly } })
  await expect(walkAll(clientOf(simulator))).resolves.toBe(30)
})

test('P2: up to three empty pages with a next link are gone through', async () => {
  await using simulator = await startSimulator({ pages: 30, spaces: 2 })
  simulator.control.setFault({ kind: 'empty-page-with-next', match: { path: pagesOnly, afterRequests: 2, times: 3 } })
  await expect(walkAll(clientOf(simulator))).resolves.toBe(30)
})

test('P2: empty pages without end are an error, not an empty list', async () => {
  await using simulator = await startSimulator({ pages: 30, spaces: 2 })
  simulator.control.setFault({ kind: 'empty-page-with-next', match: { path: pagesOnly, afterRequests: 2 } })
  const error = await brokenBy(walkAll(clientOf(simulator)))
  expect(error).toMatchObject({ code: 'broken-listing' })
  expect(error.message).toContain('nothing is concluded')
})

test('P3: the same cursor again is an error, never the end', async () => {
  await using simulator = await startSimulator({ pages: 30, spaces: 2 })
  simulator.control.setFault({ kind: 'repeat-cursor', match: { path: pagesOnly, afterRequests: 2 } })
  await expect(brokenBy(walkAll(clientOf(simulator)))).resolves.toMatchObject({ code: 'broken-listing' })
})

test('P3: a resumed walk that is led back to where it resumed is an error at once', async () => {
  script({ c1: { results: [1], next: '/wiki/api/v2/pages?cursor=c1' } })
  await expect(brokenBy(collect('/api/v2/pages?limit=2', 'c1'))).resolves.toMatchObject({ code: 'broken-listing' })
  expect(scripted.asked).toHaveLength(1)
})

test('P3: two cursors that lead to each other are an error', async () => {
  script({
    '': { results: [1], next: '/wiki/api/v2/pages?cursor=a' },
    a: { results: [2], next: '/wiki/api/v2/pages?cursor=b' },
    b: { results: [3], next: '/wiki/api/v2/pages?cursor=a' },
  })
  await expect(brokenBy(collect())).resolves.toMatchObject({ code: 'broken-listing' })
})

test('P4, P5, P9: only the cursor is taken from the next link, wherever it stands, and the rest stays as asked', async () => {
  script({
    '': { results: [1], next: '/wiki/api/v2/pages?cursor=a%2Bb%3D%3D&limit=250&status=trashed' },
    'a+b==': { results: [2], next: `${scripted.url}/wiki/api/v2/pages?limit=7&cursor=c&body-format=view` },
    c: { results: [3] },
  })
  await expect(collect('/api/v2/pages?limit=2&body-format=storage')).resolves.toEqual([1, 2, 3])
  expect(scripted.asked.map(({ url }) => url)).toEqual([
    '/wiki/api/v2/pages?limit=2&body-format=storage',
    '/wiki/api/v2/pages?limit=2&body-format=storage&cursor=a%2Bb%3D%3D',
    '/wiki/api/v2/pages?limit=2&body-format=storage&cursor=c',
  ])
})

test('P6: a next link without the context path leads on', async () => {
  script({ '': { results: [1], next: '/api/v2/pages?cursor=a' }, a: { results: [2] } })
  await expect(collect()).resolves.toEqual([1, 2])
  expect(scripted.asked.at(-1)?.url).toBe('/wiki/api/v2/pages?limit=2&cursor=a')
})

test('P6: at the gateway, next links that point at the site stay at the gateway', async () => {
  await using simulator = await startSimulator({ pages: 30, spaces: 2 })
  await expect(walkAll(clientOf(simulator, `${simulator.url}/ex/confluence/${simulator.cloudId}/wiki`))).resolves.toBe(
    30,
  )
  expect(simulator.requests.recent.every((request) => request.viaGateway)).toBe(true)
  script({
    '': { results: [1], next: 'https://site.example/wiki/api/v2/pages?cursor=a', base: 'https://site.example/wiki' },
    a: { results: [2] },
  })
  await expect(collect()).resolves.toEqual([1, 2])
})

test('P7: a next link to another host is refused', async () => {
  await using simulator = await startSimulator({ pages: 30, spaces: 2 })
  simulator.control.setFault({ kind: 'foreign-next', match: { path: pagesOnly } })
  const error = await brokenBy(walkAll(clientOf(simulator)))
  expect(error).toMatchObject({ code: 'broken-listing' })
  expect(error.message).toContain('another host')
})

test('P8: a site that gives fewer items than asked for is read to the end', async () => {
  script({
    '': { results: [1], next: '/wiki/api/v2/pages?limit=1&cursor=a' },
    a: { results: [2], next: '/wiki/api/v2/pages?limit=1&cursor=b' },
    b: { results: [3] },
  })
  await expect(collect('/api/v2/pages?limit=250')).resolves.toEqual([1, 2, 3])
})

test('P10: an expired cursor is told as a bad request, after what was read before it', async () => {
  await using simulator = await startSimulator({ pages: 30, spaces: 2 })
  simulator.control.setFault({ kind: 'cursor-expired', match: { path: pagesOnly, afterRequests: 2 } })
  await expect(brokenBy(walkAll(clientOf(simulator)))).resolves.toMatchObject({ code: 'bad-request', status: 400 })
})

test.each([
  ['P11: to the same place without a cursor', '/wiki/rest/api/content?limit=0&start=0'],
  ['with an empty address', 'http://'],
])('a next link %s is an error, not a loop', async (_what, next) => {
  script({ '': { results: [1], next } })
  await expect(brokenBy(collect())).resolves.toMatchObject({ code: 'broken-listing' })
  expect(scripted.asked).toHaveLength(1)
})

test.each(['error-envelope', 'login-page', 'truncated-json', 'cut-mid-body'] as const)(
  'a list that turns into "%s" half-way throws; it never looks complete (R4)',
  async (kind) => {
    await using simulator = await startSimulator({ pages: 30, spaces: 2 })
    simulator.control.setFault({ kind, match: { path: pagesOnly, afterRequests: 2 } })
    await brokenBy(walkAll(clientOf(simulator)))
  },
)

test('a page that nobody can make sense of is told by its id, and the others come', async () => {
  const good = { id: 7, status: 'current', title: 'Good', spaceId: '1', version: { number: 1 } }
  script({ '': { results: [{ id: '8', title: 'Bad', version: 'none' }, good, null] } })
  const list = { kind: 'pages', spaceIds: ['1'], statuses: ['current'], bodies: false, limit: 250 } as const
  const batches: PulledBatch[] = []
  for await (const batch of walkPages(client(), list, null)) batches.push(batch)
  expect(batches.flatMap((batch) => batch.pages.map((page) => page.externalId))).toEqual(['7'])
  const left = batches.flatMap((batch) => batch.unreadable)
  expect(left.map(({ externalId, title }) => `${externalId} ${title}`)).toEqual(['8 Bad', 'unknown '])
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { list } from './json.ts'
import { basic, email, key, openSite, type Site } from './site.ts'

const path = '/wiki/api/v2/pages?limit=20'
let site: Site

beforeEach(async () => {
  site = await openSite()
})
afterEach(async () => site[Symbol.asyncDispose]())

it.each([undefined, null, '0', '-5', '99999', '1.5', 'Wed, 21 Oct 2015 07:28:00 GMT', 'garbage'])(
  'a 429 with Retry-After %s',
  async (retryAfter) => {
    site.control.setFault({ kind: '429', ...(retryAfter === undefined ? {} : { retryAfter }) })
    const answer = await site.ask(path)
    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toBe(retryAfter === undefined ? '1' : retryAfter)
  },
)

it('strikes only what it matches, after and as often as it says', async () => {
  site.control.setFault({
    kind: 'status',
    status: 503,
    retryAfter: '3',
    match: { method: 'GET', path: /\/pages\?/, afterRequests: 1, times: 2 },
  })
  const statuses = []
  for (let ask = 0; ask < 5; ask += 1) statuses.push((await site.ask(path)).status)
  expect(statuses).toEqual([200, 503, 503, 200, 200])
  expect((await site.ask('/wiki/api/v2/spaces')).status).toBe(200)
})

it('answers that are none: a login page, an HTML error, an envelope, a redirect', async () => {
  const kinds = { 'login-page': 200, 'html-error': 502, 'error-envelope': 200, 'login-redirect': 302 } as const
  for (const kind of ['login-page', 'html-error', 'error-envelope', 'login-redirect'] as const) {
    site.control.setFault({ kind })
    const answer = await site.ask(path)
    expect(answer.status).toBe(kinds[kind])
    expect(answer.json === undefined || kind === 'error-envelope').toBe(true)
    site.control.clearFaults()
  }
  expect((await site.ask(path)).status).toBe(200)
})

it('connections that break: before the head, in the body, and a whole answer that is half a text', async () => {
  site.control.setFault({ kind: 'cut', match: { times: 1 } })
  await expect(site.ask(path)).rejects.toThrow('fetch failed')
  site.control.setFault({ kind: 'cut-mid-body', match: { times: 1 } })
  await expect(site.ask(path)).rejects.toThrow('terminated')
  site.control.setFault({ kind: 'truncated-json', match: { times: 1 } })
  const answer = await site.ask(path)
  expect([answer.status, answer.json]).toEqual([200, undefined])
})

it('answers that never come, or come drop by drop', async () => {
  for (const kind of ['hang', 'slow-drip'] as const) {
    site.control.setFault({ kind, match: { times: 1 } })
    const asked = fetch(new URL(path, site.url), {
      signal: AbortSignal.timeout(300),
      headers: { authorization: basic(email, key) },
    })
    await expect(asked.then((answer) => answer.text())).rejects.toThrow('aborted')
  }
}, 10_000)

describe('lists that lie', () => {
  it('end early', async () => {
    site.control.setFault({ kind: 'early-end', match: { times: 1 } })
    const answer = list(await site.ask(path))
    expect([answer.ids.length, answer.next]).toEqual([20, undefined])
  })

  it('repeat their cursor', async () => {
    const first = list(await site.ask(path))
    site.control.setFault({ kind: 'repeat-cursor' })
    const second = list(await site.ask(first.next ?? ''))
    expect(second.next).toBe(first.next)
  })

  it('are short or empty, yet go on without a loss', async () => {
    const all = list(await site.ask('/wiki/api/v2/pages?limit=250')).ids
    site.control.setFault({ kind: 'empty-page-with-next', match: { times: 2 } })
    site.control.setFault({ kind: 'short-page', match: { times: 2 } })
    const seen: string[][] = []
    for (let next: string | undefined = path; next !== undefined;) {
      const answer = list(await site.ask(next))
      seen.push(answer.ids)
      next = answer.next
    }
    expect(seen.slice(0, 4).map((ids) => ids.length)).toEqual([0, 0, 3, 3])
    expect(seen.flat()).toEqual(all)
  })

  it('point at a foreign host, or forget their cursors', async () => {
    const { next } = list(await site.ask(path))
    site.control.setFault({ kind: 'foreign-next', match: { times: 1 } })
    expect(list(await site.ask(path)).next).toMatch(/^https:\/\/attacker\.example\/wiki/)
    site.control.setFault({ kind: 'cursor-expired' })
    expect((await site.ask(path)).status).toBe(200)
    expect((await site.ask(next ?? '')).status).toBe(400)
  })
})

it('counts what was asked, by pattern, and how much at once', async () => {
  site.control.setLatency(50)
  await Promise.all([site.ask(path), site.ask(path), site.ask('/wiki/api/v2/spaces')])
  expect(site.requests).toMatchObject({
    total: 3,
    maxInFlight: 3,
    counts: { 'GET /wiki/api/v2/pages': 2, 'GET /wiki/api/v2/spaces': 1 },
  })
  site.control.clearRequests()
  expect(site.requests).toMatchObject({ total: 0, recent: [] })
})

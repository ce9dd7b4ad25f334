import { OpenAPIHono } from '@hono/zod-openapi'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DoorEnv } from '#server/http/door.ts'
import { mountWebPages } from '#server/http/web-pages.ts'

let root: string
const http = new OpenAPIHono<DoorEnv>()
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lockkeeper-web-'))
  await mkdir(join(root, 'assets'))
  await writeFile(join(root, 'index.html'), '<!doctype html><title>Lockkeeper</title>')
  await writeFile(join(root, 'assets', 'app-1a2b3c.js'), `console.log(${JSON.stringify('x'.repeat(5000))})`)
  mountWebPages(http, root)
})
afterAll(() => rm(root, { recursive: true, force: true }))

test('a hashed asset is kept for ever and packed', async () => {
  const answer = await http.request('/assets/app-1a2b3c.js', { headers: { 'accept-encoding': 'gzip' } })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(answer.headers.get('content-encoding')).toBe('gzip')
  expect(answer.headers.get('content-type')).toMatch(/^text\/javascript/)
})

test.each(['/', '/spaces/DOCS/pages/1', '/settings/integrations?tab=1', '/spaces/~ada.king'])(
  '%s is the application’s own address and gets the page, asked for anew each time',
  async (path) => {
    const answer = await http.request(path)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('<title>Lockkeeper</title>')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
  },
)

test.each(['/assets/app-0000.js', '/..%2f..%2fetc%2fhosts.txt', '/favicon.ico'])(
  '%s is no file and no page',
  async (path) => {
    expect((await http.request(path)).status).toBe(404)
  },
)

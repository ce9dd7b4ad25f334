import { afterEach, beforeEach, expect, it } from 'vitest'
import { list } from './json.ts'
import { basic, email, key, openSite, type Site } from './site.ts'

const pages = '/wiki/api/v2/pages'
const old = '/wiki/rest/api/user/current'
let site: Site

beforeEach(async () => {
  site = await openSite()
})
afterEach(async () => site[Symbol.asyncDispose]())

function gateway(path: string): string {
  return `/ex/confluence/${site.cloudId}${path}`
}

it('a wrong, revoked or absent key is a masked 404 on v2 and a 403 on v1', async () => {
  site.control.revokeKey(email)
  for (const auth of [basic(email, key), basic(email, 'wrong'), null]) {
    expect((await site.ask(pages, { auth })).status).toBe(404)
    expect((await site.ask(old, { auth })).status).toBe(403)
  }
  site.control.setKey(email, 'renewed')
  expect((await site.ask(pages, { auth: basic(email, 'renewed') })).status).toBe(200)
  expect((await site.ask(pages)).status).toBe(404)
})

it('an unreadable header is an HTML 401', async () => {
  const answer = await site.ask(pages, { auth: 'Bearer something' })
  expect(answer.status).toBe(401)
  expect(answer.headers.get('content-type')).toContain('text/html')
})

it('tells the cloud id to anyone', async () => {
  expect((await site.ask('/_edge/tenant_info', { auth: null })).json).toEqual({ cloudId: site.cloudId })
})

it('a scoped token works at the gateway alone, and for its scopes alone', async () => {
  site.control.setScopes(email, ['read:page:confluence'])
  const refused = { code: 401, message: 'Unauthorized; scope does not match' }
  expect((await site.ask(pages)).json).toEqual(refused)
  expect((await site.ask(gateway(pages))).status).toBe(200)
  const lacking = await site.ask(gateway('/wiki/api/v2/attachments'))
  expect([lacking.status, lacking.json]).toEqual([401, refused])
  expect((await site.ask(gateway(pages), { auth: basic(email, 'wrong') })).json).toEqual({
    code: 401,
    message: 'Unauthorized',
  })
  expect((await site.ask(`/ex/confluence/00000000-0000-4000-8000-000000000000${pages}`)).status).toBe(404)
})

it('links from the gateway still point at the site', async () => {
  const { next } = list(await site.ask(gateway(`${pages}?limit=5`)))
  expect(next).toMatch(/^\/wiki\/api\/v2\/pages\?cursor=/)
})

it('a person sees only the spaces that are open, and no page that a restriction above keeps shut', async () => {
  const { spaces, nodes } = site.control.truth()
  const reader = { email: 'reader@lockkeeper.example', key: 'r', spaces: [spaces[0]?.key ?? ''] }
  site.control.addUser(reader)
  const auth = basic(reader.email, reader.key)
  const inSpace = nodes.filter((node) => node.kind === 'page' && node.space === spaces[0]?.key).map((node) => node.id)
  expect(list(await site.ask(`${pages}?limit=250`, { auth })).ids).toEqual(inSpace)
  const [root, child] = inSpace
  site.control.setRestriction(child ?? '', { read: { users: [], groups: ['editors'] } })
  const left = list(await site.ask(`${pages}?limit=250`, { auth })).ids
  expect(left).toContain(root)
  expect(left).not.toContain(child)
  expect(left.length).toBeLessThan(inSpace.length - 1) // what lies below is shut as well
  expect((await site.ask(`${pages}/${child}`, { auth })).status).toBe(404)
})

it('an attachment lies on another host, which opens to the token in the address and refuses credentials', async () => {
  const [file] = site.control.truth().attachments
  const redirect = await site.ask(`/wiki/rest/api/content/${file?.pageId}/child/attachment/${file?.id}/download`)
  expect(redirect.status).toBe(302)
  const location = redirect.headers.get('location') ?? ''
  expect(new URL(location).origin).not.toBe(site.url)
  expect((await site.ask(location, { auth: null })).text).toContain('Attachment')
  expect((await site.ask(location)).status).toBe(400)
  expect((await site.ask(location.replace(/token=\w+/, 'token=x'), { auth: null })).status).toBe(403)
  expect((await site.ask(`/wiki/download/attachments/${file?.pageId}/${file?.name}`)).status).toBe(401)
})

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from '#server/platform/problem.ts'
import { cloudSite, dataCenterSite } from './address.ts'

test.each([
  ['foo', 'https://foo.atlassian.net'],
  ['  foo  ', 'https://foo.atlassian.net'],
  ['Foo.Atlassian.NET', 'https://foo.atlassian.net'],
  ['foo.atlassian.net.', 'https://foo.atlassian.net'],
  ['foo.atlassian.net/wiki', 'https://foo.atlassian.net'],
  ['https://foo.atlassian.net/wiki/', 'https://foo.atlassian.net'],
  ['http://foo.atlassian.net', 'https://foo.atlassian.net'],
  ['https://foo.atlassian.net:443', 'https://foo.atlassian.net'],
  ['wiki.example.com', 'https://wiki.example.com'],
  ['https://wiki.example.com:8443/wiki', 'https://wiki.example.com:8443'],
  ['http://host:8090', 'http://host:8090'],
  ['127.0.0.1:8090', 'https://127.0.0.1:8090'],
  ['http://[::1]:8090/', 'http://[::1]:8090'],
  ['bücher.example', 'https://xn--bcher-kva.example'],
  ['xn--bcher-kva.example', 'https://xn--bcher-kva.example'],
  ['foo。atlassian。net', 'https://foo.atlassian.net'],
])('T4: %j is the site %s, and nothing is dropped', (text, origin) => {
  expect(cloudSite(text)).toEqual({ origin, url: origin, base: `${origin}/wiki`, note: '' })
})

test.each([
  'https://foo.atlassian.net/wiki/spaces/ENG/pages/98400/Start?focusedCommentId=1#top',
  'foo.atlassian.net/wiki/x/AbC',
  'https://foo.atlassian.net/jira/boards',
  'https://foo.atlassian.net?x=1',
])('T4: of the pasted address %j only the site is used, and that is said', (text) => {
  const site = cloudSite(text)
  expect(site.origin).toBe('https://foo.atlassian.net')
  expect(site.note).toContain('Only foo.atlassian.net is used')
})

test('a letter that only looks Latin makes another host, shown in its ASCII form', () => {
  expect(cloudSite('fоo.atlassian.net').origin).toMatch(/^https:\/\/xn--[a-z0-9-]+\.atlassian\.net$/)
})

test.each([
  ['', /Give the address/],
  ['   ', /Give the address/],
  ['foo bar', /no spaces/],
  ['foo\n.atlassian.net', /line breaks/],
  ['https://foo.atlassian.net\\@evil.example', /backslashes/],
  ['me@foo.atlassian.net', /user name or password/],
  ['https://me:hunter2@foo.atlassian.net/wiki', /user name or password/],
  ['https://me:hunter2@:1', /user name or password/],
  ['https://@foo.atlassian.net', /user name or password/],
  ['https://foo.atlassian.net:8443', /no port 8443/],
  ['foo.atlassian.net:80', /no port 80/],
  ['ftp://foo.atlassian.net', /ftp:\/\/ is not how/],
  ['file:///etc/passwd', /file:\/\/ is not how/],
  ['javascript:alert(1)', /is no host/],
  ['foo.atlassian.net:99999', /is no host/],
  ['https://', /is no host/],
  ['...', /is no host/],
  ['*.atlassian.net', /is no host/],
  ['foo%00.atlassian.net', /is no host/],
  ['atlassian.net', /is not a site/],
  ['https://api.atlassian.com/ex/confluence/1', /is not a site/],
  ['id.atlassian.com', /is not a site/],
])('T4: %j is refused at its field, with what to type', (text, sentence) => {
  const refusal = refusalOf(text)
  expect(refusal).toMatchObject({ status: 422, code: 'bad-address' })
  expect(refusal?.message).toMatch(sentence)
  expect(refusal?.extras['errors']).toEqual([{ path: 'settings.url', message: refusal?.message }])
  expect(refusal?.message).not.toContain('hunter2')
})

test('whatever is pasted becomes a plain origin that stays itself, or a refusal', () => {
  const parts = fc.constantFrom(
    'foo',
    '.atlassian.net',
    'https://',
    '/',
    '@',
    ':8090',
    '\\',
    '%2e',
    '?',
    '#',
    '[',
    'ß',
    '。',
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(parts, { maxLength: 6 }).map((all) => all.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      if (refusalOf(text) !== undefined) return
      const { origin, base } = cloudSite(text)
      expect(origin).toMatch(/^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?$/)
      expect(cloudSite(base)).toEqual({ origin, url: origin, base, note: '' })
    }),
  )
})

function refusalOf(text: string): Problem | undefined {
  try {
    cloudSite(text)
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

describe('a Data Center', () => {
  test.each([
    ['wiki.example.com', 'https://wiki.example.com'],
    ['  https://Wiki.Example.com/  ', 'https://wiki.example.com'],
    ['https://wiki.example.com:8443/confluence/', 'https://wiki.example.com:8443/confluence'],
    ['https://wiki.example.com/it/Docs', 'https://wiki.example.com/it/Docs'],
    ['http://127.0.0.1:8090/wiki', 'http://127.0.0.1:8090/wiki'],
    ['bücher.example//confluence', 'https://xn--bcher-kva.example/confluence'],
  ])('T4: %j is at %s', (text, base) => {
    expect(dataCenterSite(text)).toMatchObject({ url: base, base, origin: new URL(base).origin })
  })

  test.each([
    ['https://h.example/confluence/display/ENG/Start+here', 'https://h.example/confluence'],
    ['https://h.example/display/ENG/Start', 'https://h.example'],
    ['https://h.example/pages/viewpage.action?pageId=98400', 'https://h.example'],
    ['https://h.example/confluence/spaces/ENG/pages/98400/Start', 'https://h.example/confluence'],
    ['https://h.example/confluence/login.action;jsessionid=1?os_destination=%2F', 'https://h.example/confluence'],
    ['https://h.example/wiki/x/AbC', 'https://h.example/wiki'],
    ['https://h.example/confluence/rest/api/content?limit=1', 'https://h.example/confluence'],
    ['https://h.example/confluence#recently-updated', 'https://h.example/confluence'],
  ])('T4: of the pasted address %s only %s is used, and that is said', (text, base) => {
    const site = dataCenterSite(text)
    expect(site.base).toBe(base)
    expect(site.note).toContain(`Only ${base} is used`)
    expect(dataCenterSite(base)).toEqual({ ...site, note: '' })
  })

  test.each([
    ['', /Give the address, such as wiki\.example\.com/],
    ['foo.atlassian.net/wiki', /is Confluence Cloud\. Choose Cloud/],
    ['https://me:hunter2@wiki.example.com/', /user name or password/],
    ['ftp://wiki.example.com', /ftp:\/\/ is not how/],
    ['wiki example', /no spaces/],
  ])('%j is refused', (text, why) => {
    expect(() => dataCenterSite(text)).toThrow(why)
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { shared } from './contract.ts'
import { openSite, type Ask, type Reply, type Site } from './site.ts'

const folder = new URL('fixtures/rest/', shared)
const hasRecorded = existsSync(new URL('MANIFEST.tsv', folder))
if (!hasRecorded) console.warn('SKIPPED: the simulator against recorded answers: ../shared/fixtures/rest is absent')

const v2 = '/wiki/api/v2'
const v1 = '/wiki/rest/api'

// Fields of recorded answers that the simulator leaves out on purpose: expansions nobody asks it for.
const leftOut =
  /^(results\[\]\.)?(content\.(childTypes|restrictions|_expandable)|labels\.results|operations\.results|properties\.results|versions\.results|childTypes|restrictions|version\.by\.(locale|accountStatus)|version\.ncsStepVersion(Source)?|_expandable\.(schedulePublishInfo|children)|body\.storage\.embeddedContent|children\.attachment\.results|collaborators|labels|properties|versions|icon|permissions|operations|_links\.(edituiv2|context|collection|base)|resolutionLastModif\w+|body\._expandable\.dynamic)/

describe.skipIf(!hasRecorded)('answers look like recorded ones', () => {
  let site: Site
  let ids: Record<'page' | 'space' | 'attachment' | 'label', string>

  beforeAll(async () => {
    site = await openSite()
    const { nodes, spaces, attachments } = site.control.truth()
    const labels = await site.ask(`${v2}/labels`)
    ids = {
      page: nodes.find((node) => node.kind === 'page' && node.parentId !== null)?.id ?? '',
      space: spaces[0]?.id ?? '',
      attachment: attachments[0]?.id ?? '',
      label: /"id":"(\d+)"/.exec(labels.text)?.[1] ?? '',
    }
  })
  afterAll(async () => site[Symbol.asyncDispose]())

  it.each([
    ['nango-list-spaces', () => `${v2}/spaces`],
    ['nango-list-pages', () => `${v2}/pages`],
    ['nango-pages', () => `${v2}/pages?body-format=storage&limit=100`],
    ['nango-list-space-pages', () => `${v2}/spaces/${ids.space}/pages?body-format=storage`],
    ['nango-list-pages-for-label', () => `${v2}/labels/${ids.label}/pages`],
    [
      'nango-get-page',
      () =>
        `${v2}/pages/${ids.page}?body-format=storage&include-labels=true&include-likes=true&include-operations=true&include-properties=true&include-versions=true`,
    ],
    ['nango-get-space', () => `${v2}/spaces/${ids.space}?description-format=plain`],
    ['nango-blog-posts', () => `${v2}/blogposts?body-format=storage`],
    ['nango-attachments', () => `${v2}/attachments`],
    ['nango-get-attachment', () => `${v2}/attachments/${ids.attachment}`],
    ['nango-footer-comments', () => `${v2}/footer-comments`],
    ['nango-inline-comments', () => `${v2}/inline-comments`],
    ['nango-search-content', () => `${v1}/search?cql=type%3Dpage&limit=5`],
    ['mcp-v1-content-page', () => `${v1}/content/${ids.page}?expand=body.storage,version,space,children.attachment`],
    ['mcp-v1-spaces', () => `${v1}/space?limit=5`],
  ])('%s', async (name, path) => {
    const answer = await site.ask(path())
    expect(answer.status).toBe(200)
    expect(missing(recorded(name).response, answer.json)).toEqual([])
  })

  it('a page that is created, and one that is changed', async () => {
    const body = { representation: 'storage', value: '<p>Test body for save</p>' }
    const created = await site.ask(`${v2}/pages`, {
      method: 'POST',
      body: { spaceId: ids.space, title: 'Created', body },
    })
    expect(missing(recorded('nango-create-page').response, created.json)).toEqual([])
    const { id } = z.object({ id: z.string() }).parse(created.json)
    const changed = await site.ask(`${v2}/pages/${id}`, {
      method: 'PUT',
      body: { id, status: 'current', title: 'Changed', body, version: { number: 2 } },
    })
    expect(missing(recorded('nango-update-page--put').response, changed.json)).toEqual([])
    expect((await site.ask(`${v2}/pages/${id}`, { method: 'DELETE' })).status).toBe(
      recorded('nango-delete-page--delete').status,
    )
  })

  it('the bodies of errors, word for word', async () => {
    const wrong: Ask = { auth: 'Basic d3Jvbmc6d3Jvbmc=' }
    expect(bare(await site.ask(`${v2}/spaces`, wrong))).toEqual(bareRecorded('live-v2-404-auth-masked'))
    expect(bare(await site.ask(`${v1}/space`, wrong))).toEqual(bareRecorded('live-v1-403-caller-cannot-access'))
    const measured = z.record(z.string(), Recording).parse(readJson('measured-v1-400s'))
    const answers = {
      cql_missing: await site.ask(`${v1}/search`),
      start_too_large: await site.ask(`${v1}/content?start=100001`),
      v2_bad_cursor: await site.ask(`${v2}/spaces?cursor=${encodeURIComponent('/wiki/api/v2/spaces?cursor=x')}`),
    }
    for (const [name, answer] of Object.entries(answers))
      expect(bare(answer)).toEqual({ status: measured[name]?.status, json: measured[name]?.response })
  })
})

const Recording = z.looseObject({ status: z.number(), response: z.unknown() })

function recorded(name: string) {
  return Recording.parse(readJson(name))
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
}

function bare({ status, json }: Reply) {
  return { status, json }
}

function bareRecorded(name: string) {
  const { status, response } = recorded(name)
  return { status, json: response }
}

/** Paths of the recorded answer that the simulated one lacks or fills with another type; null fits everything. */
function missing(wanted: unknown, given: unknown, path = ''): string[] {
  if (wanted === null || given === null || leftOut.test(path)) return []
  if (Array.isArray(wanted))
    return Array.isArray(given) ? missingOfRows(wanted, given, `${path}[]`) : [`${path} is no list`]
  if (!isObject(wanted))
    return typeof wanted === typeof given ? [] : [`${path} is ${typeof given}, recorded ${typeof wanted}`]
  if (!isObject(given)) return [`${path} is ${typeof given}, recorded an object`]
  return Object.entries(wanted).flatMap(([name, value]) => {
    const below = path === '' ? name : `${path}.${name}`
    if (leftOut.test(below) || name === 'next') return []
    return name in given ? missing(value, given[name], below) : [`${below} is missing`]
  })
}

function missingOfRows(wanted: unknown[], given: unknown[], path: string): string[] {
  return wanted.length === 0 || given.length === 0 ? [] : missing(wanted[0], given[0], path)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startTestApp, type TestApp } from './app.ts'
import { makeWorld, UNKNOWN, type World } from './credential-world.ts'
import { asAdmin } from './people.ts'
import { check, doing, draft, expectFault, hook, nested, steps, trigger, type Fault } from './workflow-cases.ts'
import { publishing, putPage } from './workflow-scene.ts'

let server: TestApp
let world: World
let page: { docs: string; other: string }
beforeAll(async () => {
  server = await startTestApp()
  world = await makeWorld(server, await asAdmin(server))
  page = { docs: await putPage(server.app, world.docs.id), other: await putPage(server.app, world.other.id) }
})
afterAll(() => server[Symbol.asyncDispose]())

const FAULTS: Fault[] = [
  ['no definition', () => null, '', 'expected object'],
  ['a list', () => [], '', 'expected object'],
  ['an unknown field', () => ({ ...publishing(), color: 'red' }), 'color', 'no such field'],
  [
    'an unknown field of a status',
    () => ({ name: 'x', statuses: [{ ...draft, x: 1 }] }),
    'statuses.0.x',
    'no such field',
  ],
  ['no name', () => ({ ...publishing(), name: undefined }), 'name', 'missing'],
  ['an empty name', () => publishing({ name: ' ' }), 'name', 'empty'],
  ['a line break in the name', () => publishing({ name: 'a\nb' }), 'name', 'Control'],
  ['a NUL', () => publishing({ description: 'a\u0000b' }), '', 'NUL'],
  ['half a character', () => publishing({ description: '\ud800' }), '', 'half a character'],
  ['a NUL in a name of a field', () => doing({ ...hook, body: { 'a\u0000': 1 } }), '', 'NUL'],
  ['too deep a body', () => doing({ ...hook, body: nested(60) }), '', 'levels deep'],
  ['much too deep a body', () => doing({ ...hook, body: nested(4000) }), '', 'levels deep'],
  ['too much text', () => doing({ ...hook, text: 'é'.repeat(150_000) }), 'triggers.0.do.0.text', '300000 bytes'],
  ['far too much text', () => doing({ ...hook, body: { a: 'x'.repeat(540_000) } }), '', '512 KB'],
  ['a later format', () => ({ format: 2, anything: true }), 'format', 'Update Lockkeeper'],
  ['two statuses of an id', () => ({ name: 'x', statuses: [draft, draft] }), 'statuses.1.id', 'two statuses'],
  ['an unknown first status', () => publishing({ initial: 'begin' }), 'initial', 'no status "begin"'],
  ['an unknown status on edit', () => publishing({ onEdit: 'begin' }), 'onEdit', 'There are: draft, review'],
  ['a first status without statuses', () => ({ name: 'x', initial: 'draft' }), 'initial', 'has no statuses'],
  [
    'an unknown status on expiry',
    () => ({ name: 'x', statuses: [{ ...draft, expiresAfter: 'P1D', onExpiry: 'gone' }] }),
    'statuses.0.onExpiry',
    'no status "gone"',
  ],
  [
    'expiring into itself',
    () => ({ name: 'x', statuses: [{ ...draft, expiresAfter: 'P1D', onExpiry: 'draft' }] }),
    'statuses.0.onExpiry',
    'status it is in',
  ],
  ...['P0D', 'PT0S', 'P101Y', 'P999999999D'].map((expiresAfter): Fault => [
    `a time of ${expiresAfter}`,
    () => ({ name: 'x', statuses: [{ ...draft, expiresAfter }] }),
    'statuses.0.expiresAfter',
    'between a second and 100 years',
  ]),
  [
    'no time at all',
    () => ({ name: 'x', statuses: [{ ...draft, expiresAfter: '3 days' }] }),
    'statuses.0.expiresAfter',
    'P90D',
  ],
  ['a step from nowhere', () => steps({ from: 'begin' }), 'transitions.0.from', 'no status "begin"'],
  ['a step to nowhere', () => steps({ to: 'end' }), 'transitions.0.to', 'no status "end"'],
  ['a step to itself', () => steps({ to: 'draft' }), 'transitions.0.to', 'another status'],
  [
    'two steps of one way',
    () => steps({}, { from: 'draft', to: 'review', name: 'Again' }),
    'transitions.1.to',
    'already',
  ],
  ['a person who is nobody', () => steps({ who: [`user:${UNKNOWN}`] }), 'transitions.0.who.0', 'does not exist'],
  [
    'a group that is none',
    () => steps({ who: ['author', `group:${UNKNOWN}`] }),
    'transitions.0.who.1',
    'does not exist',
  ],
  ['a role that is none', () => steps({ who: ['space:owner'] }), 'transitions.0.who.0', 'Use user:ID'],
  ['nobody who may', () => steps({ who: [] }), 'transitions.0.who', 'Say who may'],
  ['approvals of nobody', () => steps({ approvals: { minimum: 0 } }), 'transitions.0.approvals.minimum', '>=1'],
  [
    'a label with capitals',
    () => publishing({ appliesTo: { labels: ['Public'] } }),
    'appliesTo.labels.0',
    'write "public"',
  ],
  ['a branch that is none', () => publishing({ appliesTo: { trees: [UNKNOWN] } }), 'appliesTo.trees.0', 'no page'],
  [
    'a branch of another space',
    () => publishing({ appliesTo: { trees: [page.other] } }),
    'appliesTo.trees.0',
    'in this space',
  ],
  [
    'a type that is none',
    () => ({ ...publishing(), appliesTo: { types: ['pages'] } }),
    'appliesTo.types.0',
    'Invalid option',
  ],
]

describe('a fault', () => {
  test.each(FAULTS)('%s is told with its place, and keeps it from being saved', (...fault) =>
    expectFault(world.dora.client, fault),
  )

  test('all of them are told at once', async () => {
    const definition = { ...publishing({ initial: 'x', onEdit: 'y' }), triggers: [trigger('t'), trigger('t')] }
    expect((await check(world.dora.client, definition)).errors.map(({ path }) => path)).toEqual([
      'initial',
      'onEdit',
      'triggers.1.id',
    ])
  })

  test('of nesting that would break a walk is one too, not a failure', async () => {
    const { body } = await world.dora.client.post('/api-keys', { name: 'raw', scopes: ['read', 'write'] })
    const { key } = z.object({ key: z.string() }).parse(body)
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const url = `${server.url}/api/v1/scopes/space:DOCS/workflows`
    for (const [open, close] of [
      ['[', ']'],
      ['{"not":', '}'],
      ['{"all":[', ']}'],
    ]) {
      const inner = `${open?.repeat(60_000)}1${close?.repeat(60_000)}`
      const sent = `{"definition":{"name":"x","triggers":[{"id":"t","on":"page.moved","do":[],"if":${inner}}]}}`
      const answer = await fetch(url, { method: 'POST', headers, body: sent })
      expect(answer.status, open).toBe(422)
      expect(await answer.json()).toMatchObject({ code: 'invalid-definition', errors: [{ path: '' }] })
    }
  })
})

describe('what is fine', () => {
  test('has no errors, and tells how many pages it would apply to', async () => {
    expect(await check(world.dora.client, publishing())).toEqual({ errors: [], warnings: [], pages: 1 })
    expect(await check(world.dora.client, publishing({ appliesTo: { trees: [page.docs] } }))).toMatchObject({
      errors: [],
      pages: 1,
    })
    expect(await check(world.dora.client, publishing({ appliesTo: { labels: ['none'] } }))).toMatchObject({
      errors: [],
      pages: 0,
    })
    expect(await check(world.admin.client, publishing(), 'global')).toMatchObject({ errors: [], pages: 2 })
    // Of other spaces their admins alone may know how many pages have which label.
    expect(await check(world.dora.client, publishing(), 'global')).toMatchObject({ errors: [], pages: null })
    expect(await check(world.dora.client, { name: 'Nothing yet' })).toEqual({ errors: [], warnings: [], pages: null })
  })

  test('statuses get the id that their name gives', async () => {
    const statuses = [{ name: 'In Prüfung' }, { name: 'in prufung' }, { name: '→' }]
    const definition = { name: 'Named', statuses }
    const { body } = await world.dora.client.post('/scopes/space:DOCS/workflows', { definition })
    expect(body).toMatchObject({
      definition: {
        statuses: [
          { id: 'in-prufung' },
          { id: expect.stringMatching(/^status-/) },
          { id: expect.stringMatching(/^status-/), name: '→' },
        ],
      },
    })
  })
})

describe('a warning', () => {
  const WARNINGS: Fault[] = [
    ['a status nothing leads to', () => publishing({ transitions: [], onEdit: 'draft' }), 'statuses.1', '"Review"'],
    [
      'a way out without a time',
      () => publishing({ statuses: [{ ...draft, onExpiry: 'review' }, ...(publishing().statuses ?? []).slice(1)] }),
      'statuses.0.onExpiry',
      'after which time',
    ],
    [
      'more approvals than people',
      () => steps({ who: [`user:${world.mia.id}`], approvals: { minimum: 2 } }),
      'transitions.0.approvals.minimum',
      'only 1 people',
    ],
    [
      'a label on a page that is gone',
      () => doing({ type: 'add-label', label: 'x' }, { on: 'page.deleted' }),
      'triggers.0.do.0.type',
      'deleted',
    ],
    [
      'a secret in a header',
      () => doing({ ...hook, headers: { Authorization: 'Bearer x' } }),
      'triggers.0.do.0.headers.Authorization',
      'credential',
    ],
  ]
  test.each(WARNINGS)('%s is told, and does not keep it from being saved', async (what, definition, path, message) => {
    const { errors, warnings } = await check(world.dora.client, definition())
    expect(errors).toEqual([])
    expect(warnings).toContainEqual({ path, message: expect.stringContaining(message) })
    const named = { ...Object(definition()), name: what }
    const saved = await world.dora.client.post('/scopes/space:DOCS/workflows', { definition: named })
    expect(saved.status).toBe(201)
    expect(saved.body).toMatchObject({ warnings })
  })

  test('is not given for what an expiry, an edit or an action leads to', async () => {
    const statuses = [
      { ...draft, expiresAfter: 'P1D', onExpiry: 'old' },
      { id: 'old', name: 'Old' },
      { id: 'edited', name: 'Edited' },
      { id: 'set', name: 'Set' },
    ]
    const triggers = [{ id: 't', on: 'page.moved', do: [{ type: 'set-status', status: 'set' }] }]
    expect((await check(world.dora.client, { name: 'x', statuses, onEdit: 'edited', triggers })).warnings).toEqual([])
  })
})

test('a name that is taken is told before it is saved, but not to the one that has it', async () => {
  const { body } = await world.olga.client.post('/scopes/space:OTHER/workflows', { definition: publishing() })
  expect((await check(world.olga.client, publishing(), 'space:OTHER')).errors).toMatchObject([{ path: 'name' }])
  const { id } = Object(body)
  const again = await world.olga.client.post('/scopes/space:OTHER/workflows/check', {
    definition: publishing(),
    workflowId: id,
  })
  expect(again.body).toMatchObject({ errors: [] })
})

/**
 * In whose name a delivery is sent × that person's permission × where the credential lives × where the workflow lives × what
 * happens on the way: sent once with its own header, or not at all and with the reason.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Signed } from './people.ts'
import { CELLS, done, GRANTS, join, runAll, startRunAsWorld } from './run-as-world.ts'
import type { Batch, Cell, Held, Outcome, RunAsWorld } from './run-as-world.ts'

const DAY_MS = 86_400_000

let scene: RunAsWorld
beforeAll(async () => {
  scene = await startRunAsWorld()
})
afterAll(() => scene[Symbol.asyncDispose]())

/** Why a cell is not sent: the code, and what the sentence must name. */
type Lacking = { code: string; names: (held: Held) => string[] }

const notUsable = (person: string): Lacking => ({
  code: 'not-found',
  names: ({ id }) => [id, 'was deleted, or may not be used by', person, '"use"'],
})
const personGone = (person: string): Lacking => ({ code: 'person-gone', names: () => [person, 'disabled or deleted'] })
const elsewhere: Lacking = { code: 'wrong-scope', names: ({ name }) => [name, 'space'] }
const expired: Lacking = { code: 'credential-expired', names: ({ name }) => [name, 'expired on', 'blocked'] }
const domain: Lacking = { code: 'domain-not-allowed', names: ({ name }) => [name, scene.site.host, 'api.example.com'] }

/** What a change takes away from a cell. Nothing else may make a difference. */
type Loss = 'nothing' | 'person' | 'credential' | 'permission' | 'domain' | 'time'
type Change = {
  what: string
  loses: (cell: Cell) => Loss
  make: (batch: Batch) => Promise<unknown>
  more?: object
}

const always = (loss: Loss) => () => loss
const admin = () => scene.world.admin.client
const user = ({ person }: Batch) => `/users/${person.id}`
const expiring = (expiryPolicy: string) => ({ expiresAt: new Date(Date.now() + DAY_MS).toISOString(), expiryPolicy })

async function ofEach({ credentials }: Batch, change: (path: string) => ReturnType<Signed['client']['get']>) {
  for (const { id } of credentials) done(await change(`/credentials/${id}`))
}

async function regenerate(...labels: string[]): Promise<void> {
  for (const label of labels) done(await admin().post(`/scopes/${label}/key/regenerate`, { confirm: label }))
}

async function later(): Promise<void> {
  scene.clock.aheadMs = 2 * DAY_MS
}

const CHANGES: Change[] = [
  { what: 'nothing happens', loses: always('nothing'), make: async () => {} },
  {
    what: 'the permission is revoked',
    loses: always('permission'),
    make: (batch) => ofEach(batch, (path) => admin().put(`${path}/grants`, { version: 1, grants: [] })),
  },
  {
    what: 'the person leaves the group',
    loses: ({ grant }) => (grant === 'group' ? 'permission' : 'nothing'),
    make: async () => done(await admin().patch(`/groups/${scene.world.groupId}`, { members: [] })),
  },
  {
    what: 'the person leaves the space',
    loses: ({ credential }) => (credential === 'own' ? 'permission' : 'nothing'),
    make: ({ person }) => join(scene.world, person, false),
  },
  {
    what: 'the person is disabled',
    loses: always('person'),
    make: async (batch) => done(await admin().patch(user(batch), { disabled: true })),
  },
  {
    what: 'the person is deleted',
    loses: always('person'),
    make: async (batch) => done(await admin().delete(user(batch))),
  },
  {
    what: 'the credential is deleted',
    loses: always('credential'),
    make: (batch) => ofEach(batch, (path) => admin().delete(path)),
  },
  {
    what: 'the domain is removed',
    loses: always('domain'),
    make: (batch) =>
      ofEach(batch, (path) => admin().put(`${path}/domains`, { version: 1, domains: ['api.example.com'] })),
  },
  {
    what: 'the keys of the spaces are re-generated',
    loses: ({ credential }) => (credential === 'global' ? 'nothing' : 'credential'),
    make: () => regenerate('space:DOCS', 'space:OTHER'),
  },
  {
    what: 'the global key is re-generated',
    loses: ({ credential }) => (credential === 'global' ? 'credential' : 'nothing'),
    make: () => regenerate('global'),
  },
  { what: 'the credential expires and is blocked', loses: always('time'), make: later, more: expiring('block') },
  { what: 'the credential expires, which only warns', loses: always('nothing'), make: later, more: expiring('warn') },
]

/** The rule as the documentation has it, thought anew: undefined when it must be sent. */
function lackingOf(cell: Cell, loss: Loss, person: string): Lacking | undefined {
  if (loss === 'person') return personGone(person)
  const mayUse = cell.grant !== 'none' && loss !== 'permission' && loss !== 'credential'
  if (!mayUse) return notUsable(person)
  const isInReach = cell.credential === 'global' || (cell.credential === 'own' && cell.workflow === 'space')
  if (!isInReach) return elsewhere
  if (loss === 'time') return expired
  return loss === 'domain' ? domain : undefined
}

const named = CELLS.map((cell) => {
  const { who, grant, credential, workflow } = cell
  return { name: `as the ${who}, ${grant}, credential ${credential}, workflow ${workflow}`, cell }
})

describe.each(CHANGES)('$what between queue and attempt', ({ what, loses, make, more }) => {
  const person = what.replaceAll(/[^a-z]+/g, '-')
  let outcome: Outcome
  beforeAll(async () => {
    outcome = await runAll(scene, person, { between: 'queue and attempt', make }, more)
  })

  test.each(named)('$name', ({ cell }) => {
    const held = outcome.held(cell)
    const lacking = lackingOf(cell, loses(cell), person)
    const asked = outcome.asked(cell).map(({ headers }) => headers['authorization'])
    expect(asked).toEqual(lacking === undefined ? [`Bearer ${held.secret}`] : [])
    const ending = outcome.ending(cell)
    expect(ending).toMatchObject({ as: person, attempts: 1 })
    if (lacking === undefined) return expect(ending).toMatchObject({ status: 'sent', code: 'sent', detail: null })
    expect(ending).toMatchObject({ status: 'dead', code: lacking.code })
    for (const part of lacking.names(held)) expect(ending?.detail).toContain(part)
    expect(ending?.detail).not.toContain(held.secret)
    // Who may not use it does not hear its name.
    if (lacking.code === 'not-found') expect(ending?.detail).not.toContain(held.name)
    expect(outcome.refused).toContain(held.id)
  })

  test('nothing else was sent, neither without a header nor with one of the same name', () => {
    const due = CELLS.filter((cell) => lackingOf(cell, loses(cell), person) === undefined)
    expect(scene.site.asked).toHaveLength(due.length)
    const headers = scene.site.asked.map((asked) => String(asked.headers['authorization']))
    expect(headers.filter((header) => !header.startsWith('Bearer the-secret-of-'))).toEqual([])
    expect(new Set(scene.site.asked.map((asked) => asked.headers['webhook-id'])).size).toBe(due.length)
  })
})

test('when nothing happens, who has any permission may send a global credential anywhere and a space’s from there', () => {
  const sent = CELLS.filter((cell) => lackingOf(cell, 'nothing', '') === undefined)
  expect([sent.length, CELLS.length]).toEqual([2 * 3 * (GRANTS.length - 1), 2 * 2 * 3 * GRANTS.length])
})

describe('the person is deleted between event and queue', () => {
  let outcome: Outcome
  beforeAll(async () => {
    const make = async (batch: Batch) => done(await admin().delete(user(batch)))
    outcome = await runAll(scene, 'gone-before', { between: 'event and queue', make })
  })

  test.each(named)('$name', ({ cell }) => {
    expect(outcome.asked(cell)).toEqual([])
    expect(outcome.ending(cell)).toBeUndefined()
    const run = outcome.run(cell)
    expect(run).toMatchObject({ status: 'failed', as: null })
    const who = cell.who === 'owner' ? 'has no owner any more' : 'Whoever caused this was deleted'
    for (const action of run?.actions ?? []) {
      expect(action).toMatchObject({ status: 'failed', detail: expect.stringContaining(who) })
      expect(action.detail).toContain(`${cell.who} ${cell.workflow}`)
    }
    expect(run?.actions).toHaveLength(3)
  })

  test('nothing was sent', () => expect(scene.site.asked).toEqual([]))
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Definition } from '#schema/workflow.ts'
import { judgeDefinition } from './judge.ts'
import type { Judging } from './judging.ts'
import { readDefinition } from './read-definition.ts'

const ID = '0198c2f0-7d5e-7a90-9a51-2f6c1f0e4a11'
const whole = {
  name: 'Publish',
  appliesTo: { types: ['page'], labels: ['public'], trees: [ID] },
  statuses: [{ name: 'Draft' }, { id: 'done', name: 'Done', final: true, expiresAfter: 'P90D', onExpiry: 'draft' }],
  initial: 'draft',
  onEdit: 'draft',
  transitions: [{ from: 'draft', to: 'done', name: 'Approve', who: [`user:${ID}`], approvals: { minimum: 'all' } }],
  triggers: [
    {
      id: 'tell',
      on: ['status.changed'],
      if: { all: [{ not: { any: [{ field: 'label', in: ['x'] }] } }] },
      do: [
        {
          type: 'authenticated-webhook',
          credentialId: ID,
          url: 'https://api.example.com/${page.id}',
          headers: { 'X-A': '1' },
          body: { a: ['${page.title}'] },
        },
        { type: 'notify', to: ['owner'], text: 'Hi ${user.name}' },
        { type: 'set-status', status: 'done' },
      ],
    },
    {
      id: 'daily',
      on: 'schedule',
      cron: '0 9 * * *',
      timezone: 'UTC',
      do: [{ type: 'webhook', url: 'https://a.example/' }],
    },
  ],
}

const judging: Judging = {
  scope: { id: 'global', spaceId: null },
  saver: undefined,
  owner: undefined,
  referred: { unknown: new Set(), documents: new Map(), credentials: new Map() },
  egress: { allow: [], ownOrigins: ['http://127.0.0.1:7400'] },
  now: new Date('2026-03-01'),
}

/** Texts that this or that part might stumble over. */
const word = fc.oneof(
  fc.constantFrom(
    '',
    'draft',
    'P1D',
    '__proto__',
    'https://',
    'https://[',
    '${page.id}',
    '${',
    '0 9 * * *',
    '* * * * * *',
    '?',
    'L',
  ),
  fc.constantFrom(
    'http://a b',
    'https://a.example/%',
    '* * 31 2 *',
    '0 0 * * MON#9',
    'user:x',
    'Europe/Nowhere',
    '\ud800',
    'GET',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const anything = fc.oneof(word, fc.jsonValue({ maxDepth: 2 }), fc.constant([]), fc.constant({}))

type Path = (string | number)[]

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value)
  return [path, ...inner.flatMap(([name, item]) => pathsOf(item, [...path, name]))]
}

/** The value with what stands at the path replaced. */
function replace(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
  if (name === undefined) return by
  if (Array.isArray(value)) return value.map((item, index) => (index === name ? replace(item, rest, by) : item))
  return Object.fromEntries(
    Object.entries(Object(value)).map(([other, item]) => [other, other === name ? replace(item, rest, by) : item]),
  )
}

const damaged = fc
  .array(fc.tuple(fc.constantFrom(...pathsOf(whole)), anything), { minLength: 1, maxLength: 3 })
  .map((changes) => changes.reduce<unknown>((value, [path, by]) => replace(value, path, by), whole))

test('whatever is written, there is a verdict, and every finding says where', () => {
  fc.assert(
    fc.property(damaged, (raw) => {
      const read = readDefinition(raw)
      const findings = read.ok ? judgeDefinition(read.definition, judging) : read.faults
      if (!read.ok) expect(findings.length).toBeGreaterThan(0)
      for (const { path, message } of findings) {
        expect(path).toBeTypeOf('string')
        expect(message).toMatch(/\S/)
      }
    }),
    { numRuns: 1000 },
  )
})

test('reading what was read changes nothing, and ids once given stay', () => {
  fc.assert(
    fc.property(damaged, (raw) => {
      const once = readDefinition(raw)
      if (!once.ok) return
      expect(readDefinition(JSON.parse(JSON.stringify(once.definition)))).toEqual(once)
      const again = readDefinition(raw, once.definition)
      expect(again).toEqual(once)
    }),
    { numRuns: 300 },
  )
})

test('actions without an id find theirs again when they change places, and a new one gets its own', () => {
  const first = definitionOf(whole)
  const [webhook, told, set] = whole.triggers[0]?.do ?? []
  const turned = replace(whole, ['triggers', 0, 'do'], [set, { type: 'comment', text: 'New' }, told, webhook])
  const second = definitionOf(turned, first)
  const before = first.triggers?.[0]?.do.map(({ id }) => id) ?? []
  const after = second.triggers?.[0]?.do.map(({ id }) => id) ?? []
  expect([after[3], after[2], after[0]]).toEqual(before)
  expect(before).not.toContain(after[1])
  const changed = definitionOf(replace(whole, ['triggers', 0, 'do', 0, 'url'], 'https://b.example.com/'), first)
  expect(changed.triggers?.[0]?.do.map(({ id }) => id)).toEqual(before)
})

function definitionOf(raw: unknown, former?: Definition): Definition {
  const read = readDefinition(raw, former)
  if (!read.ok) throw new Error(JSON.stringify(read.faults))
  return read.definition
}

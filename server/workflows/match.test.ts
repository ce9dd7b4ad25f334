import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Condition, ConditionField, type Comparison } from '#schema/workflow.ts'
import { explain, holds } from './conditions.ts'
import { applies, asksForTrees, matchTriggers } from './match.ts'
import { someFacts } from './test/facts.ts'

describe('conditions', () => {
  test.each([
    [{ field: 'space', is: 'help' }, true],
    [{ field: 'space', in: ['DOCS', 'HELP'] }, true],
    [{ field: 'space', is: 'DOCS' }, false],
    [{ field: 'tree', is: '0198c2f0-7d5e-7a90-9a51-000000000005' }, true],
    [{ field: 'tree', is: '0198c2f0-7d5e-7a90-9a51-000000000009' }, false],
    [{ field: 'label', is: 'crm' }, true],
    [{ field: 'label', isNot: 'crm' }, false],
    [{ field: 'label', contains: 'ub' }, true],
    [{ field: 'type', in: ['page', 'folder'] }, true],
    [{ field: 'title', contains: 'PASSWORD' }, true],
    [{ field: 'title', is: 'Reset' }, false],
    [{ field: 'author', is: 'Ada Sorrel' }, true],
    [{ field: 'status', is: 'approved' }, true],
    [{ field: 'status.from', is: 'draft' }, false],
    [{ field: 'status.to', isNot: 'draft' }, true],
    [{ field: 'changed', is: 'body' }, false],
  ] satisfies [Comparison, boolean][])('%j is %s', (condition, expected) => {
    expect(holds(condition, someFacts())).toBe(expected)
  })

  test('of an event without a page nothing is anything', () => {
    const facts = { ...someFacts(), page: undefined, pageStatus: null, status: undefined, changed: [] }
    for (const field of ConditionField.options) {
      expect(holds({ field, contains: '' }, facts), field).toBe(false)
      expect(holds({ field, isNot: 'x' }, facts), field).toBe(true)
    }
  })

  const comparison = fc.record({
    field: fc.constantFrom(...ConditionField.options),
    contains: fc.constantFrom('a', 'p', 'zz'),
  })
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 4 },
      comparison,
      fc.record({ all: fc.array(tie('condition'), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('condition') }),
    ),
  }))

  test('not turns it round, all and any are each other’s mirror, and the reason never differs from the verdict', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 3 }), (parts) => {
        const facts = someFacts()
        const mirrored = { not: { any: parts.map((part) => ({ not: part })) } }
        expect(holds({ all: parts }, facts)).toBe(holds(mirrored, facts))
        for (const part of parts) {
          expect(holds({ not: part }, facts)).toBe(!holds(part, facts))
          expect(explain(part, facts).holds).toBe(holds(part, facts))
          expect(Condition.parse(part)).toEqual(part)
        }
      }),
    )
  })

  test('the part that decided is named', () => {
    const wanted: Condition = {
      all: [
        { field: 'label', is: 'crm' },
        { field: 'status.to', is: 'draft' },
      ],
    }
    expect(explain(wanted, someFacts())).toEqual({ holds: false, because: 'status.to is "approved".' })
    expect(explain({ any: [{ field: 'changed', is: 'body' }] }, { ...someFacts(), changed: [] }).because).toBe(
      'changed is empty.',
    )
  })
})

describe('applying', () => {
  const page = { type: 'page', labels: ['public'], path: ['me', 'parent', 'top'] }
  test.each([
    [undefined, true],
    [{}, true],
    [{ types: ['page' as const] }, true],
    [{ types: ['blogpost' as const] }, false],
    [{ labels: ['internal', 'public'] }, true],
    [{ labels: ['internal'] }, false],
    [{ trees: ['top'] }, true],
    [{ trees: ['me'] }, true],
    [{ trees: ['elsewhere'] }, false],
    [{ types: ['page' as const], labels: ['public'], trees: ['elsewhere'] }, false],
  ])('to %j', (appliesTo, expected) => {
    expect(applies({ appliesTo }, page)).toBe(expected)
  })
})

describe('triggers', () => {
  const action = { type: 'comment' as const, text: 'Hello' }
  const one = { id: 'one', on: 'status.changed' as const, do: [action] }
  const many = { id: 'many', on: ['page.updated' as const, 'status.changed' as const], do: [action] }
  const other = { id: 'other', on: 'page.updated' as const, do: [action] }
  const unless = { ...one, id: 'unless', if: { not: { field: 'status.to' as const, is: 'approved' } } }

  test('are those that listen and whose condition holds, in their order', () => {
    expect(matchTriggers({ triggers: [other, many, unless, one] }, someFacts()).map(({ id }) => id)).toEqual([
      'many',
      'one',
    ])
    expect(matchTriggers({}, someFacts())).toEqual([])
  })

  test('a path is needed only where somebody asks for it', () => {
    expect(asksForTrees({ triggers: [one, unless] })).toBe(false)
    expect(asksForTrees({ appliesTo: { trees: ['x'] } })).toBe(true)
    const deep = { all: [{ any: [{ not: { field: 'tree' as const, is: 'x' } }] }] }
    expect(asksForTrees({ triggers: [{ ...one, if: deep }] })).toBe(true)
  })
})

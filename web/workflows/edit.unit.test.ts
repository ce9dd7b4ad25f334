import { expect, it } from 'vitest'
import { conditionOf, groupOf, partPath } from './condition-tree.ts'
import { type Draft, type DraftCondition, readDraft, writeDraft } from './draft.ts'
import { durationWords, readDuration, writeDuration } from './duration.ts'
import { addStatus, changeStatus, moved, removeStatus, slugOf } from './edit.ts'
import { referencesOf, typedReference, withExamples } from './references.ts'
import { starts } from './starts.ts'
import { conditionWords } from './words.ts'

const draft: Draft = {
  ...starts.approval.draft,
  triggers: [
    {
      id: 'tell',
      on: 'status.changed',
      if: { any: [{ field: 'status.to', is: 'review' }, { not: { field: 'status', in: ['review', 'draft'] } }] },
      do: [{ type: 'set-status', status: 'review' }],
    },
  ],
}

it('lets all that names a new status follow its name', () => {
  const [, review] = draft.statuses ?? []
  if (review === undefined) throw new Error('There is no second status')
  const changed = changeStatus(draft, 1, { ...review, name: 'Under review' }, [])
  expect(JSON.stringify(changed)).not.toContain('"review"')
  expect(changed.transitions?.[0]?.to).toBe('under-review')
  expect(changed.triggers?.[0]?.if).toEqual({
    any: [{ field: 'status.to', is: 'under-review' }, { not: { field: 'status', in: ['under-review', 'draft'] } }],
  })
  expect(changeStatus(draft, 1, { ...review, name: 'Under review' }, ['review']).statuses?.[1]?.id).toBe('review')
})

it('removes a status with its transitions, and the last one with all that statuses need', () => {
  const without = removeStatus(draft, 0)
  expect(without.transitions?.map(({ name }) => name)).toEqual(['Approve'])
  expect(without).toMatchObject({ initial: 'review', onEdit: undefined })
  const automation = removeStatus(removeStatus(without, 0), 0)
  expect(Object.keys(automation).toSorted()).toEqual(['appliesTo', 'name', 'triggers'])
  expect(addStatus(automation)).toMatchObject({ initial: 'status', statuses: [{ id: 'status', name: '' }] })
})

it('makes names that are free, and short enough', () => {
  expect(slugOf('Über  Prüfung!', ['x'], 'status')).toBe('u-ber-pru-fung')
  expect(slugOf('Draft', ['draft', 'draft-2'], 'status')).toBe('draft-3')
  expect(slugOf('审查', [], 'status')).toBe('status')
  expect(slugOf('x'.repeat(100), [], 'status')).toHaveLength(36)
  expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b'])
})

it.each<DraftCondition>([
  { all: [{ field: 'label', is: 'a' }] },
  { any: [{ field: 'label', is: 'a' }, { all: [] }] },
  { not: { field: 'label', is: 'a' } },
  { not: { all: [{ field: 'label', is: 'a' }] } },
  {
    not: {
      any: [
        { field: 'label', is: 'a' },
        { field: 'label', is: 'b' },
      ],
    },
  },
])('shows %j as a group, and writes the group as it was', (condition) => {
  const group = groupOf(condition)
  expect(group && conditionOf(group)).toEqual(condition)
})

it('knows where a part of a group stands', () => {
  expect(partPath('if', { all: [] }, 2)).toBe('if.all.2')
  expect(partPath('if', { not: { field: 'label', is: 'a' } }, 0)).toBe('if.not')
  expect(partPath('if', { not: { any: [] } }, 1)).toBe('if.not.any.1')
})

it('says conditions in words', () => {
  expect(
    conditionWords({ any: [{ field: 'label', is: 'a' }, { not: { field: 'type', in: ['page', 'folder'] } }] }),
  ).toBe('label is a or (not (type is one of page, folder))')
})

it('reads and writes durations', () => {
  expect(readDuration('P90D')).toEqual({ amount: 90, unit: 'days' })
  expect(readDuration('PT12H')).toEqual({ amount: 12, unit: 'hours' })
  expect(readDuration('P1Y2M')).toBeUndefined()
  expect(writeDuration({ amount: 6, unit: 'months' })).toBe('P6M')
  expect(writeDuration({ amount: 6, unit: 'hours' })).toBe('PT6H')
  expect(durationWords('P1Y2M')).toBe('1 year and 2 months')
  for (const none of ['P', 'PT', 'P1', '90D', '']) expect(durationWords(none)).toBeUndefined()
})

it('finds the reference that is being typed, and offers what every event has', () => {
  expect(typedReference('a ${page.ti', 11)).toEqual({ from: 2, typed: 'page.ti' })
  expect(typedReference('a $', 3)).toEqual({ from: 2, typed: '' })
  expect(typedReference('a $${page', 9)).toBeUndefined()
  expect(typedReference('${page.title} ', 14)).toBeUndefined()
  const names = referencesOf(['page.approved', 'page.updated']).map(({ name }) => name)
  expect(names).toContain('page.title')
  expect(names).not.toContain('transition.comment')
  expect(withExamples('https://x.example/${page.title}/$${page.id}')).toBe(
    'https://x.example/Reset%20a%20password/$${page.id}',
  )
})

it('reads what it writes, and says what the form cannot show', () => {
  for (const { draft: start } of Object.values(starts)) expect(readDraft(writeDraft(start))).toEqual({ draft: start })
  expect(readDraft('{')).toHaveProperty('fault')
  expect(readDraft('{"name":"a","new":1}')).toHaveProperty('fault', expect.stringContaining('new'))
})

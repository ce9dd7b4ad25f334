import { Group, MultiSelect, NativeSelect, TextInput } from '@mantine/core'
import type { Document } from '#schema/document.ts'
import type { DryRun } from '#schema/workflow-api.ts'
import { EventType } from '#schema/workflow.ts'
import { useEditor } from './editor-context.ts'
import { PageSelect } from './page-select.tsx'
import { eventGroups, eventNames } from './words.ts'

export type Question = {
  page: Pick<Document, 'id' | 'title'> | undefined
  event: EventType
  from: string
  to: string
  changed: string[]
  comment: string
}

type DryRunFormProps = { question: Question; onChange: (next: Question) => void }

/** Which page, and what happens to it. */
export function DryRunForm({ question, onChange }: DryRunFormProps) {
  const { scope, draft } = useEditor()
  const { page, event } = question
  const statuses = (draft.statuses ?? []).map(({ id, name }) => ({ value: id, label: name === '' ? id : name }))
  return (
    <>
      <Group gap="sm" align="flex-start" grow preventGrowOverflow={false}>
        <div style={{ flex: '1 1 260px' }}>
          <PageSelect
            key={page?.id}
            scope={scope}
            label="Page"
            chosen={page}
            onChoose={(document) => onChange({ ...question, page: document })}
          />
        </div>
        <NativeSelect
          label="What happens"
          style={{ flex: '1 1 200px' }}
          data={eventGroups.map(({ group, items }) => ({
            group,
            items: items.map((value) => ({ value, label: eventNames[value] })),
          }))}
          value={event}
          onChange={({ currentTarget: { value } }) => onChange({ ...question, event: EventType.parse(value) })}
        />
      </Group>
      {hasStatus(event) && statuses.length > 0 && (
        <Group gap="sm" grow>
          <NativeSelect
            label="From status"
            data={[{ value: '', label: 'None' }, ...statuses]}
            value={question.from}
            onChange={({ currentTarget: { value } }) => onChange({ ...question, from: value })}
          />
          <NativeSelect
            label="To status"
            data={statuses}
            value={question.to}
            onChange={({ currentTarget: { value } }) => onChange({ ...question, to: value })}
          />
          <TextInput
            label="Comment"
            value={question.comment}
            onChange={({ currentTarget: { value } }) => onChange({ ...question, comment: value })}
          />
        </Group>
      )}
      {event === 'page.updated' && (
        <MultiSelect
          searchable
          label="What changed"
          data={['title', 'body', 'parent', 'labels']}
          value={question.changed}
          onChange={(changed) => onChange({ ...question, changed })}
        />
      )}
    </>
  )
}

/** The question as the API takes it. */
export function inputOf({ page, event, from, to, changed, comment }: Question): DryRun {
  return {
    event,
    ...(page !== undefined && { documentId: page.id }),
    ...(hasStatus(event) && to !== '' && { status: { from: from === '' ? null : from, to } }),
    ...(event === 'page.updated' && { changed }),
    ...(hasStatus(event) && comment !== '' && { comment }),
  }
}

function hasStatus(event: EventType): boolean {
  return event === 'status.changed' || event === 'page.approved' || event === 'page.rejected'
}

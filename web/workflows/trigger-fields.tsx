import { Alert, MultiSelect, TextInput } from '@mantine/core'
import { IconUser } from '@tabler/icons-react'
import { EventType } from '#schema/workflow.ts'
import { ActionsList } from './actions-list.tsx'
import { ConditionSection } from './condition-editor.tsx'
import type { DraftTrigger } from './draft.ts'
import { eventsOf, slugOf } from './edit.ts'
import { useEditor, useField } from './editor-context.ts'
import { ScheduleFields } from './schedule-fields.tsx'
import { eventGroups, eventNames, runAsWords } from './words.ts'

type TriggerFieldsProps = { path: string; trigger: DraftTrigger; onChange: (next: DraftTrigger) => void }

export function TriggerFields({ path, trigger, onChange }: TriggerFieldsProps) {
  const { draft, owner, saved } = useEditor()
  const events = eventsOf(trigger)
  const savedIds = (saved?.definition.triggers ?? []).map(({ id }) => id)

  function rename(name: string): void {
    const others = (draft.triggers ?? []).filter(({ id }) => id !== trigger.id).map(({ id }) => id)
    const id = savedIds.includes(trigger.id) ? trigger.id : slugOf(name, [...others, ...savedIds], 'trigger')
    onChange({ ...trigger, id, name: name === '' ? undefined : name })
  }

  function setEvents(next: readonly EventType[]): void {
    const [first] = next
    const on = next.length === 1 && first !== undefined ? first : [...next]
    if (next.includes('schedule')) return onChange({ ...trigger, on, cron: trigger.cron ?? '0 9 * * 1' })
    const { cron: _cron, timezone: _timezone, ...rest } = trigger
    onChange({ ...rest, on })
  }

  return (
    <>
      <TextInput
        label="Name"
        autoComplete="off"
        maxLength={100}
        placeholder="What it is for, such as: Tell the CRM"
        {...useField(`${path}.name`)}
        value={trigger.name ?? ''}
        onChange={({ currentTarget: { value } }) => rename(value)}
      />
      <MultiSelect
        searchable
        label="When"
        required
        data={eventGroups.map(({ group, items }) => ({
          group,
          items: items.map((value) => ({ value, label: eventNames[value] })),
        }))}
        placeholder={events.length === 0 ? 'Choose events' : ''}
        {...useField(`${path}.on`, true)}
        value={[...events]}
        onChange={(values) => setEvents(values.map((value) => EventType.parse(value)))}
      />
      {events.includes('schedule') && <ScheduleFields path={path} trigger={trigger} onChange={onChange} />}
      <Alert color="gray" variant="light" icon={<IconUser size={18} />} p="xs">
        {runAsWords(events, owner)}
      </Alert>
      <ConditionSection
        path={`${path}.if`}
        condition={trigger.if}
        onChange={(next) => {
          const { if: _if, ...rest } = trigger
          onChange(next === undefined ? rest : { ...rest, if: next })
        }}
      />
      <ActionsList
        path={`${path}.do`}
        events={events}
        actions={trigger.do}
        onChange={(next) => onChange({ ...trigger, do: next })}
      />
    </>
  )
}

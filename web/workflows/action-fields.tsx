import { NativeSelect, Select, Switch, TextInput } from '@mantine/core'
import type { EventType } from '#schema/workflow.ts'
import { usePeople } from '../api/people.ts'
import type { DraftAction } from './draft.ts'
import { useEditor, useField } from './editor-context.ts'
import { PeoplePicker, recipientChoices } from './people-picker.tsx'
import { ReferenceText } from './reference-text.tsx'
import { WebhookFields } from './webhook-fields.tsx'

type ActionFieldsProps<A extends DraftAction = DraftAction> = {
  path: string
  events: readonly EventType[]
  action: A
  onChange: (next: DraftAction) => void
}
type Of<Type extends DraftAction['type']> = ActionFieldsProps<Extract<DraftAction, { type: Type }>>

/** The fields of one action by its kind. */
export function ActionFields({ action, ...props }: ActionFieldsProps) {
  switch (action.type) {
    case 'authenticated-webhook':
    case 'webhook':
      return <WebhookFields {...props} action={action} />
    case 'set-status':
      return <SetStatus {...props} action={action} />
    case 'add-label':
    case 'remove-label':
      return <LabelField {...props} action={action} />
    case 'assign':
      return <Assign {...props} action={action} />
    case 'notify':
      return <Notify {...props} action={action} />
    case 'comment':
      return (
        <ReferenceText
          label="Comment"
          required
          multiline
          path={`${props.path}.text`}
          events={props.events}
          value={action.text}
          onChange={(text) => props.onChange({ ...action, text })}
        />
      )
    default:
      throw new Error(`unknown action ${String(action satisfies never)}`)
  }
}

function SetStatus({ path, action, onChange }: Of<'set-status'>) {
  const { draft } = useEditor()
  const choices = (draft.statuses ?? []).map(({ id, name }) => ({ value: id, label: name === '' ? id : name }))
  const isKnown = choices.some(({ value }) => value === action.status)
  return (
    <NativeSelect
      label="Status"
      description="The page goes there at once; no approval is asked for."
      {...useField(`${path}.status`)}
      data={isKnown ? choices : [{ value: action.status, label: 'A status that is no more' }, ...choices]}
      value={action.status}
      onChange={({ currentTarget: { value } }) => onChange({ ...action, status: value })}
    />
  )
}

function LabelField({ path, action, onChange }: Of<'add-label' | 'remove-label'>) {
  return (
    <TextInput
      label="Label"
      required
      autoComplete="off"
      spellCheck={false}
      {...useField(`${path}.label`)}
      value={action.label}
      onChange={({ currentTarget: { value } }) => onChange({ ...action, label: value.trim() })}
    />
  )
}

function Assign({ path, action, onChange }: Of<'assign'>) {
  const { scope } = useEditor()
  const { users, note } = usePeople(scope)
  const people = users.map(({ value, label }) => ({ value: `user:${value}`, label }))
  const choices = [{ value: 'author', label: 'Author of the page' }, ...people]
  const isKnown = choices.some(({ value }) => value === action.to)
  return (
    <Select
      label="To"
      description={note}
      searchable
      limit={50}
      allowDeselect={false}
      nothingFoundMessage="Nobody is called so."
      {...useField(`${path}.to`)}
      data={isKnown ? choices : [{ value: action.to, label: 'Somebody whom you cannot see' }, ...choices]}
      value={action.to}
      onChange={(to) => onChange({ ...action, to: to ?? 'author' })}
    />
  )
}

function Notify({ path, events, action, onChange }: Of<'notify'>) {
  return (
    <>
      <PeoplePicker
        label="Whom"
        placeholder="People, groups or roles"
        required
        path={`${path}.to`}
        fixed={recipientChoices}
        values={action.to}
        onChange={(to) => onChange({ ...action, to })}
      />
      <ReferenceText
        label="Text"
        required
        multiline
        path={`${path}.text`}
        events={events}
        value={action.text}
        onChange={(text) => onChange({ ...action, text })}
      />
      <Switch
        label="By mail too"
        checked={action.mail === true}
        onChange={({ currentTarget: { checked } }) => onChange({ ...action, mail: checked ? true : undefined })}
      />
    </>
  )
}

import { MultiSelect } from '@mantine/core'
import { usePeople } from '../api/people.ts'
import { useEditor, useField } from './editor-context.ts'

type Choice = { value: string; label: string }

/** Who may take a step, besides named people and groups. */
export const whoChoices: readonly Choice[] = [
  { value: 'space:editor', label: 'Editors of the space' },
  { value: 'space:admin', label: 'Admins of the space' },
  { value: 'space:reader', label: 'Readers of the space' },
  { value: 'author', label: 'Author of the page' },
]

/** Whom to tell, besides named people and groups. */
export const recipientChoices: readonly Choice[] = [
  { value: 'author', label: 'Author of the page' },
  { value: 'assignee', label: 'Assignee of the page' },
  { value: 'owner', label: 'Owner of the workflow' },
  { value: 'space:editor', label: 'Editors of the space' },
  { value: 'space:admin', label: 'Admins of the space' },
]

type PeoplePickerProps = {
  label: string
  placeholder: string
  path: string
  fixed: readonly Choice[]
  values: readonly string[]
  required?: boolean
  onChange: (values: string[]) => void
}

/** Chooses people, groups and roles. */
export function PeoplePicker({
  label,
  placeholder,
  path,
  fixed,
  values,
  required = false,
  onChange,
}: PeoplePickerProps) {
  const { scope } = useEditor()
  const { users, groups, note } = usePeople(scope)
  const field = useField(path, true)
  const people = users.map(({ value, label: name }) => ({ value: `user:${value}`, label: name }))
  const grouped = groups.map(({ value, label: name }) => ({ value: `group:${value}`, label: `${name} (group)` }))
  const known = new Set([...fixed, ...people, ...grouped].map(({ value }) => value))
  const strangers = values.filter((value) => !known.has(value)).map((value) => ({ value, label: strangerWords(value) }))
  return (
    <MultiSelect
      label={label}
      description={note}
      placeholder={values.length === 0 ? placeholder : ''}
      required={required}
      searchable
      limit={100}
      nothingFoundMessage="Nobody is called so."
      hidePickedOptions
      {...field}
      data={[
        { group: 'By role', items: [...fixed] },
        { group: 'Groups', items: grouped },
        { group: 'People', items: people },
        { group: 'Others', items: strangers },
      ].filter(({ items }) => items.length > 0)}
      value={[...values]}
      onChange={onChange}
    />
  )
}

function strangerWords(value: string): string {
  return value.startsWith('group:') ? 'A group that you cannot see' : 'Somebody whom you cannot see'
}

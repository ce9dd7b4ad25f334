import { Checkbox, Group, NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core'
import type { DraftTransition } from './draft.ts'
import { useEditor, useField } from './editor-context.ts'
import { PeoplePicker, whoChoices } from './people-picker.tsx'

type TransitionFieldsProps = {
  path: string
  transition: DraftTransition
  onChange: (next: DraftTransition) => void
}

export function TransitionFields({ path, transition, onChange }: TransitionFieldsProps) {
  const { draft } = useEditor()
  const choices = (draft.statuses ?? []).map(({ id, name }) => ({ value: id, label: name === '' ? id : name }))
  return (
    <>
      <TextInput
        label="Name of the step"
        description="What the button says, such as Approve."
        required
        autoComplete="off"
        maxLength={100}
        {...useField(`${path}.name`)}
        value={transition.name}
        onChange={({ currentTarget: { value } }) => onChange({ ...transition, name: value })}
      />
      <Group grow gap="sm" align="flex-start">
        <NativeSelect
          label="From"
          {...useField(`${path}.from`)}
          data={choices}
          value={transition.from}
          onChange={({ currentTarget: { value } }) => onChange({ ...transition, from: value })}
        />
        <NativeSelect
          label="To"
          {...useField(`${path}.to`)}
          data={choices}
          value={transition.to}
          onChange={({ currentTarget: { value } }) => onChange({ ...transition, to: value })}
        />
      </Group>
      <PeoplePicker
        label="Who may"
        placeholder="Editors of the space"
        path={`${path}.who`}
        fixed={whoChoices}
        values={transition.who ?? []}
        onChange={(who) => onChange({ ...transition, who: who.length === 0 ? undefined : who })}
      />
      <ApprovalFields path={path} transition={transition} onChange={onChange} />
      <Checkbox
        label="Demand a comment"
        checked={transition.requireComment === true}
        onChange={({ currentTarget: { checked } }) =>
          onChange({ ...transition, requireComment: checked ? true : undefined })
        }
      />
    </>
  )
}

function ApprovalFields({ path, transition, onChange }: TransitionFieldsProps) {
  const { approvals } = transition
  const field = useField(`${path}.approvals`, true)
  const set = (next: DraftTransition['approvals']) => onChange({ ...transition, approvals: next })
  return (
    <>
      <Switch
        label="Needs approvals"
        description="The page moves on when enough of those who may have approved this version of it."
        checked={approvals !== undefined}
        onChange={({ currentTarget: { checked } }) => set(checked ? { minimum: 1, notAuthor: true } : undefined)}
      />
      {approvals !== undefined && (
        <Group gap="sm" align="flex-end" ps={{ base: 0, sm: 52 }}>
          <NativeSelect
            label="How many"
            value={approvals.minimum === 'all' ? 'all' : 'number'}
            data={[
              { value: 'number', label: 'at least …' },
              { value: 'all', label: 'all who may' },
            ]}
            onChange={({ currentTarget: { value } }) => set({ ...approvals, minimum: value === 'all' ? 'all' : 1 })}
          />
          {approvals.minimum !== 'all' && (
            <NumberInput
              label="Approvals"
              w={100}
              min={1}
              max={50}
              allowDecimal={false}
              {...field}
              value={approvals.minimum}
              onChange={(minimum) => typeof minimum === 'number' && set({ ...approvals, minimum })}
            />
          )}
          <Checkbox
            label="Not by the author of the version"
            pb={8}
            checked={approvals.notAuthor === true}
            onChange={({ currentTarget: { checked } }) => set({ ...approvals, notAuthor: checked ? true : undefined })}
          />
        </Group>
      )}
    </>
  )
}

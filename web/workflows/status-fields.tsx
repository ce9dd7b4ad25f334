import { Checkbox, Group, NativeSelect, Select, Text, TextInput } from '@mantine/core'
import { StatusColour } from '#schema/workflow.ts'
import type { DraftStatus } from './draft.ts'
import { useEditor, useField } from './editor-context.ts'
import { ExpiryFields } from './expiry-fields.tsx'
import { StatusDot } from './status-dot.tsx'

type StatusFieldsProps = { path: string; status: DraftStatus; onChange: (next: DraftStatus) => void }

export function StatusFields({ path, status, onChange }: StatusFieldsProps) {
  const { draft, change } = useEditor()
  const isInitial = draft.initial === status.id
  return (
    <>
      <Group align="flex-start" gap="sm">
        <TextInput
          label="Name"
          required
          autoComplete="off"
          maxLength={100}
          style={{ flex: '1 1 200px' }}
          description={`In JSON: ${status.id}`}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...useField(`${path}.name`)}
          value={status.name}
          onChange={({ currentTarget: { value } }) => onChange({ ...status, name: value })}
        />
        <Select
          label="Colour"
          w={140}
          allowDeselect={false}
          data={StatusColour.options.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }))}
          leftSection={<StatusDot colour={status.colour} />}
          renderOption={({ option }) => (
            <Group gap="xs">
              <StatusDot colour={StatusColour.parse(option.value)} />
              {option.label}
            </Group>
          )}
          {...useField(`${path}.colour`)}
          value={status.colour ?? 'gray'}
          onChange={(value) => onChange({ ...status, colour: StatusColour.parse(value) })}
        />
      </Group>
      <Checkbox
        label="First: pages begin here"
        checked={isInitial}
        disabled={isInitial}
        data-path={isInitial ? 'initial' : undefined}
        onChange={() => change((present) => ({ ...present, initial: status.id }))}
      />
      <Checkbox
        label="Final: nothing more is to be done with a page here"
        checked={status.final === true}
        onChange={({ currentTarget: { checked } }) => onChange({ ...status, final: checked ? true : undefined })}
      />
      <ExpiryFields
        path={path}
        iso={status.expiresAfter}
        onChange={(iso) =>
          onChange({ ...status, expiresAfter: iso, onExpiry: iso === undefined ? undefined : status.onExpiry })
        }
      />
      {status.expiresAfter !== undefined && <OnExpiry path={path} status={status} onChange={onChange} />}
    </>
  )
}

function OnExpiry({ path, status, onChange }: StatusFieldsProps) {
  const { draft } = useEditor()
  const others = (draft.statuses ?? []).filter(({ id }) => id !== status.id)
  return (
    <>
      <NativeSelect
        label="Then the page"
        {...useField(`${path}.onExpiry`)}
        value={status.onExpiry ?? ''}
        data={[
          { value: '', label: 'stays, and counts as overdue' },
          ...others.map(({ id, name }) => ({ value: id, label: `goes to ${name === '' ? id : name}` })),
        ]}
        onChange={({ currentTarget: { value } }) => onChange({ ...status, onExpiry: value === '' ? undefined : value })}
      />
      <Text size="xs" c="dimmed">
        The event “Status expired” is there for triggers in both cases.
      </Text>
    </>
  )
}

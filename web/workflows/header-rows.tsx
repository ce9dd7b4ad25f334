import { Button, Group, Input, Stack, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { EventType } from '#schema/workflow.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { replaced } from './edit.ts'
import { useField } from './editor-context.ts'
import { ReferenceText } from './reference-text.tsx'

type Row = [name: string, value: string]
type HeaderRowsProps = {
  path: string
  events: readonly EventType[]
  headers: Readonly<Record<string, string>>
  onChange: (headers: Record<string, string>) => void
}

/** Headers of one's own. A row without a name is not part of the definition yet. */
export function HeaderRows({ path, events, headers, onChange }: HeaderRowsProps) {
  const [rows, setRows] = useState<Row[]>(() => Object.entries(headers))
  const { error } = useField(path)
  const nameField = useField(path, true)

  // Changed elsewhere, such as in the JSON view.
  if (JSON.stringify(recordOf(rows)) !== JSON.stringify(headers)) setRows(Object.entries(headers))

  function set(next: Row[]): void {
    setRows(next)
    onChange(recordOf(next))
  }

  return (
    <Input.Wrapper
      label="Headers"
      labelElement="div"
      description="Besides the credential’s and those of the signature."
      error={error}
    >
      <Stack gap="xs" mt={4}>
        {rows.map(([name, value], index) => (
          <Group key={index} gap="xs" wrap="nowrap" align="flex-start">
            <TextInput
              aria-label={`Name of header ${index + 1}`}
              placeholder="X-Source"
              spellCheck={false}
              autoComplete="off"
              style={{ flex: '1 1 0' }}
              data-path={`${path}.${name}`}
              onBlur={nameField.onBlur}
              value={name}
              onChange={({ currentTarget: { value: typed } }) => set(replaced<Row>(rows, index, [typed.trim(), value]))}
            />
            <div style={{ flex: '1.4 1 0', minWidth: 0 }}>
              <ReferenceText
                label={`Value of header ${index + 1}`}
                hideLabel
                path={`${path}.${name}`}
                events={events}
                value={value}
                onChange={(next) => set(replaced<Row>(rows, index, [name, next]))}
              />
            </div>
            <IconButton
              label={`Remove header ${name === '' ? index + 1 : name}`}
              color="red"
              onClick={() => set(replaced(rows, index, undefined))}
            >
              <IconTrash size={16} aria-hidden />
            </IconButton>
          </Group>
        ))}
        <Group>
          <Button
            variant="default"
            size="xs"
            data-path={path}
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setRows([...rows, ['', '']])}
          >
            Add header
          </Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  )
}

function recordOf(rows: readonly Row[]): Record<string, string> {
  return Object.fromEntries(rows.filter(([name]) => name !== ''))
}

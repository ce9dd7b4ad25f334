import { Badge, Text } from '@mantine/core'
import type { ImportReport } from '#schema/credential.ts'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { kindNames } from './words.ts'

type Item = ImportReport['items'][number]

const outcomes: Record<Item['outcome'], { label: string; color: string }> = {
  created: { label: 'New', color: 'green' },
  renamed: { label: 'New name', color: 'water' },
  skipped: { label: 'Skipped', color: 'gray' },
  refused: { label: 'Refused', color: 'red' },
}

/** What would become of each credential of the file. */
export function ImportTable({ report }: { report: ImportReport }) {
  return (
    <RecordTable
      label="Preview of the import"
      rows={report.items}
      keyOf={({ name }) => name}
      empty="The file holds no credential."
      columns={columns}
    />
  )
}

const columns: Column<Item>[] = [
  {
    head: 'Name',
    cell: ({ name, newName }) => (newName === null || newName === name ? name : `${name} → ${newName}`),
  },
  { head: 'Kind', cell: ({ kind }) => kindNames[kind] },
  {
    head: 'Outcome',
    cell: ({ outcome, reason }) => (
      <div>
        <Badge color={outcomes[outcome].color} variant="light">
          {outcomes[outcome].label}
        </Badge>
        {reason !== null && (
          <Text size="xs" c="dimmed">
            {reason}
          </Text>
        )}
      </div>
    ),
  },
]

import { Group, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconArrowRight, IconChecks } from '@tabler/icons-react'
import type { PendingApproval } from '#schema/page-status.ts'
import { approvalsQuery } from '../api/page-status.ts'
import { itemsOf } from '../api/paged.ts'
import { Face } from '../ui/faces.tsx'
import { TextLink } from '../ui/link.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { StatusBadge } from './status-badge.tsx'

/** Pages that wait for one's own approval, those that wait longest first. */
export function ApprovalsPage() {
  const approvals = useInfiniteQuery(approvalsQuery)
  return (
    <>
      <PageHeader title="My approvals" lead="Pages that wait for you, the longest waiting first. Open one to decide." />
      <Loaded query={approvals}>
        {({ pages }) => {
          const items = itemsOf(pages)
          if (items.length === 0) {
            return (
              <Face icon={<IconChecks />} title="Nothing waits for you">
                Pages that need your approval appear here.
              </Face>
            )
          }
          return (
            <div>
              <RecordTable label="My approvals" rows={items} keyOf={keyOf} empty="" columns={columns} />
              <LoadMore query={approvals} />
            </div>
          )
        }}
      </Loaded>
    </>
  )
}

function keyOf({ document, workflow, transition }: PendingApproval): string {
  return `${document.id} ${workflow.id} ${transition.to.id}`
}

const columns: Column<PendingApproval>[] = [
  {
    head: 'Page',
    cell: ({ document: { id, title, space }, workflow }) => (
      <>
        <TextLink to="/spaces/$key/documents/$id" params={{ key: space, id }} fw={600} c="inherit" size="sm">
          {title}
        </TextLink>
        <Text size="xs" c="dimmed" fw={400}>
          {space} · {workflow.name}
        </Text>
      </>
    ),
  },
  {
    head: 'Step',
    cell: ({ transition }) => (
      <Group gap="xs">
        {transition.name}
        <IconArrowRight size={14} aria-label="to" />
        <StatusBadge status={transition.to} />
      </Group>
    ),
  },
  { head: 'Approvals', cell: ({ given, needed }) => `${given} of ${needed}` },
  {
    head: 'Waits since',
    cell: ({ since }) => (
      <Text span size="sm" style={{ whiteSpace: 'nowrap' }}>
        <Moment time={since} />
      </Text>
    ),
  },
]

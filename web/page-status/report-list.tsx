import { Badge, Group, Stack, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import type { ReportPage } from '#schema/page-status.ts'
import { type ReportFilters, reportPagesQuery } from '../api/page-status.ts'
import { itemsOf } from '../api/paged.ts'
import { TextLink } from '../ui/link.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Day, Moment } from '../ui/moment.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { showOnMount } from '../ui/focus.ts'
import { StatusBadge } from './status-badge.tsx'
import { nameOf } from './words.ts'
import type { ReportedWorkflow } from './workflow-bar.tsx'

type ReportListProps = { spaceKey: string; filters: ReportFilters; workflow: ReportedWorkflow | undefined }

/** The pages behind one figure of the report. */
export function ReportList({ spaceKey, filters, workflow }: ReportListProps) {
  const pages = useInfiniteQuery(reportPagesQuery(spaceKey, filters))
  const columns = useRef(columnsIn(spaceKey)).current
  const title = titleOf(filters, workflow)
  return (
    <Stack component="section" gap="sm" aria-label={title} ref={showOnMount}>
      <Title order={2}>{title}</Title>
      <Loaded query={pages}>
        {(data) => (
          <div>
            <RecordTable
              label={title}
              rows={itemsOf(data.pages)}
              keyOf={({ document }) => document.id}
              empty="No page."
              columns={columns}
            />
            <LoadMore query={pages} />
          </div>
        )}
      </Loaded>
    </Stack>
  )
}

function titleOf({ status, overdue }: ReportFilters, workflow: ReportedWorkflow | undefined): string {
  const name = workflow?.statuses.find((one) => one.status.id === status)?.status.name
  const which = overdue === undefined ? 'Pages' : 'Overdue pages'
  return `${which} ${name === undefined ? `of ${workflow?.name ?? 'a workflow'}` : `in ${name}`}`
}

function columnsIn(key: string): Column<ReportPage>[] {
  return [
    {
      head: 'Page',
      cell: ({ document: { id, title } }) => (
        <TextLink to="/spaces/$key/documents/$id" params={{ key, id }} fw={600} c="inherit" size="sm">
          {title}
        </TextLink>
      ),
    },
    {
      head: 'Status',
      cell: ({ status, isOverdue }) => (
        <Group gap={6}>
          <StatusBadge status={status} />
          {isOverdue && (
            <Badge color="red" variant="light">
              Overdue
            </Badge>
          )}
        </Group>
      ),
    },
    { head: 'Since', cell: ({ since }) => <Moment time={since} /> },
    { head: 'Until', cell: ({ expiresAt }) => (expiresAt === null ? '–' : <Day time={expiresAt} />) },
    { head: 'Assigned to', cell: ({ assignee }) => (assignee === null ? '–' : nameOf(assignee)) },
  ]
}

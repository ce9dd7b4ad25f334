import { Badge, NativeSelect, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconHistory } from '@tabler/icons-react'
import { useState } from 'react'
import { RunStatus, type Workflow, type WorkflowRun } from '#schema/workflow-api.ts'
import { itemsOf } from '../api/paged.ts'
import { runsOfWorkflowQuery } from '../api/workflows.ts'
import { Face } from '../ui/faces.tsx'
import { TextLink } from '../ui/link.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { useEditor } from './editor-context.ts'
import { RunActions } from './run-actions.tsx'
import { eventNames } from './words.ts'

const statusLooks: Record<RunStatus, { label: string; color: string }> = {
  done: { label: 'Done', color: 'green' },
  working: { label: 'Working', color: 'blue' },
  failed: { label: 'Failed', color: 'red' },
  stopped: { label: 'Stopped', color: 'orange' },
}

/** What the workflow did, newest first. */
export function RunList({ workflow }: { workflow: Workflow }) {
  const [status, setStatus] = useState<RunStatus>()
  const runs = useInfiniteQuery({ ...runsOfWorkflowQuery(workflow.id, status), refetchInterval: 10_000 })
  return (
    <Stack>
      <NativeSelect
        label="Show"
        maw={220}
        value={status ?? ''}
        data={[
          { value: '', label: 'All runs' },
          ...RunStatus.options.map((value) => ({ value, label: statusLooks[value].label })),
        ]}
        onChange={({ currentTarget: { value } }) => setStatus(value === '' ? undefined : RunStatus.parse(value))}
      />
      <Loaded query={runs}>
        {({ pages }) => {
          const items = itemsOf(pages)
          if (items.length === 0) return <NoRuns isFiltered={status !== undefined} enabled={workflow.enabled} />
          return (
            <div>
              <RecordTable label="Runs" rows={items} keyOf={({ id }) => id} empty="" columns={columns} />
              <LoadMore query={runs} />
            </div>
          )
        }}
      </Loaded>
    </Stack>
  )
}

const columns: Column<WorkflowRun>[] = [
  { head: 'When', cell: ({ at }) => <Moment time={at} /> },
  { head: 'Trigger', cell: (run) => <What run={run} /> },
  { head: 'Page', cell: (run) => <PageLink run={run} /> },
  { head: 'In the name of', cell: ({ runAs }) => (runAs === null ? 'nobody' : (runAs.name ?? 'somebody who is gone')) },
  { head: 'Result', cell: (run) => <Result run={run} /> },
  { head: 'Actions', cell: ({ actions }) => <RunActions actions={actions} /> },
]

function NoRuns({ isFiltered, enabled }: { isFiltered: boolean; enabled: boolean }) {
  if (isFiltered) return <Text c="dimmed">No run has this result.</Text>
  return (
    <Face icon={<IconHistory />} title="Nothing yet">
      {enabled
        ? 'A run appears here each time a trigger fires.'
        : 'The workflow is not enabled, so that none of its triggers fires.'}
    </Face>
  )
}

function What({ run }: { run: WorkflowRun }) {
  const { draft } = useEditor()
  const event = Object.entries(eventNames).find(([type]) => type === run.event.type)?.[1] ?? run.event.type
  return (
    <div>
      <strong>{draft.triggers?.find(({ id }) => id === run.triggerId)?.name ?? run.triggerId}</strong>
      <Text size="xs" c="dimmed">
        {event} · version {run.workflowVersion}
      </Text>
    </div>
  )
}

function PageLink({ run: { document } }: { run: WorkflowRun }) {
  if (document === null) return '–'
  return (
    <TextLink to="/documents/$id" params={{ id: document.id }} size="sm">
      {document.title}
    </TextLink>
  )
}

function Result({ run: { status, detail } }: { run: WorkflowRun }) {
  const { label, color } = statusLooks[status]
  return (
    <div>
      <Badge color={color} variant="light" miw="fit-content">
        {label}
      </Badge>
      {detail !== null && (
        <Text size="xs" mt={4}>
          {detail}
        </Text>
      )}
    </div>
  )
}

import { Badge, Group, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconArrowsSplit2 } from '@tabler/icons-react'
import type { Workflow } from '#schema/workflow-api.ts'
import { itemsOf } from '../api/paged.ts'
import { workflowsQuery } from '../api/workflows.ts'
import { Face } from '../ui/faces.tsx'
import { count, formatNumber } from '../ui/format.ts'
import { ButtonLink, TextLink } from '../ui/link.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { usePlace } from './place.ts'
import { WorkflowActions } from './workflow-actions.tsx'

/** The workflows of one scope. */
export function WorkflowList() {
  const place = usePlace()
  const workflows = useInfiniteQuery(workflowsQuery(place.scope))
  return (
    <Loaded query={workflows}>
      {({ pages }) => {
        const items = itemsOf(pages)
        if (items.length === 0) {
          return (
            <Face
              icon={<IconArrowsSplit2 />}
              title="No workflows yet"
              action={<ButtonLink {...place.new()}>Create workflow</ButtonLink>}
            >
              Let pages go from Draft to Approved, and call other systems at each step.
            </Face>
          )
        }
        return (
          <div>
            <RecordTable label="Workflows" rows={items} keyOf={({ id }) => id} empty="" columns={columns} />
            <LoadMore query={workflows} />
          </div>
        )
      }}
    </Loaded>
  )
}

const columns: Column<Workflow>[] = [
  { head: 'Name', cell: (workflow) => <Name workflow={workflow} /> },
  { head: 'State', cell: (workflow) => <State workflow={workflow} /> },
  { head: 'Holds', cell: (workflow) => <div>{holdsOf(workflow)}</div> },
  { head: 'Pages', cell: ({ statuses, pages }) => (statuses === 0 ? '–' : formatNumber(pages)) },
  { head: 'Owner', cell: ({ owner }) => (owner === null ? <NoOwner /> : (owner.name ?? 'somebody who is gone')) },
  { head: 'Last run', cell: ({ lastRunAt }) => (lastRunAt === null ? 'never' : <Moment time={lastRunAt} />) },
  { head: 'Actions', align: 'end', cell: (workflow) => <WorkflowActions workflow={workflow} /> },
]

function Name({ workflow: { id, name, original } }: { workflow: Workflow }) {
  const { editor } = usePlace()
  return (
    <>
      <TextLink {...editor(id)} fw={650} c="inherit" size="sm">
        {name}
      </TextLink>
      {original !== null && (
        <Group gap={6} mt={2}>
          <Text size="xs" c="dimmed" fw={400}>
            Copy of {original.name}
          </Text>
          {original.hasMovedOn && (
            <Badge size="sm" color="blue" variant="light">
              the original has changed
            </Badge>
          )}
        </Group>
      )}
    </>
  )
}

function State({ workflow: { enabled, warnings } }: { workflow: Workflow }) {
  return (
    <Group gap={6}>
      <Badge color={enabled ? 'green' : 'gray'} variant="light">
        {enabled ? 'Enabled' : 'Off'}
      </Badge>
      {warnings.length > 0 && (
        <Badge color="orange" variant="light" title={warnings.map(({ message }) => message).join(' ')}>
          {count(warnings.length, 'warning')}
        </Badge>
      )}
    </Group>
  )
}

function NoOwner() {
  return (
    <Text span size="sm" c="var(--mantine-color-error)">
      nobody
    </Text>
  )
}

function holdsOf({ statuses, triggers }: Workflow): string {
  const said = count(triggers, 'trigger')
  return statuses === 0 ? `Automation, ${said}` : `${count(statuses, 'status', 'statuses')}, ${said}`
}

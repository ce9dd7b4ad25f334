import { Card, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { SystemState } from '#schema/system.ts'
import { systemQuery } from '../api/operations.ts'
import { formatBytes, formatNumber } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { RecordTable } from '../ui/record-table.tsx'

/** Settings → System: what runs, where the data lies, what waits. */
export function SystemPage() {
  const system = useQuery(systemQuery)
  return (
    <>
      <PageHeader title="System" lead="What runs here, where its data lies, and what waits to be done." />
      <Loaded query={system}>{(state) => <State state={state} />}</Loaded>
    </>
  )
}

function State({ state }: { state: SystemState }) {
  const { version, node, database, rootKeyFingerprint, queue, nodes } = state
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <Fact label="Lockkeeper" value={version} note={`Node ${node.replace(/^v/, '')}`} />
        <Fact
          label="Database"
          value={formatBytes(database.bytes)}
          note={`PostgreSQL ${database.version}, ${database.embedded ? 'embedded' : 'external'}`}
        />
        <Fact label="Root key" value={rootKeyFingerprint} note="Fingerprint: keep the key that has it." />
        <Fact label="Processes" value={formatNumber(nodes.length)} note="on this database" />
      </SimpleGrid>
      <section aria-labelledby="queue">
        <Title order={2} id="queue" mb="sm">
          Queue
        </Title>
        <RecordTable
          label="Queue"
          rows={queue}
          keyOf={({ name }) => name}
          empty="Nothing waits."
          columns={[
            { head: 'Job', cell: ({ name }) => jobNames.get(name) ?? name },
            { head: 'Waiting', cell: ({ waiting }) => formatNumber(waiting) },
            { head: 'Active', cell: ({ active }) => formatNumber(active) },
            { head: 'Failed', cell: ({ failed }) => formatNumber(failed) },
          ]}
        />
      </section>
      <section aria-labelledby="nodes">
        <Title order={2} id="nodes" mb="sm">
          Processes
        </Title>
        <RecordTable
          label="Processes"
          rows={nodes}
          keyOf={({ id }) => id}
          empty="None has reported yet."
          columns={nodeColumns}
        />
      </section>
    </Stack>
  )
}

/** What waits, in words; jobs without a name of their own keep theirs. */
const jobNames = new Map([
  ['integrations.sync', 'Sync runs'],
  ['workflows.act', 'Actions of workflows'],
  ['deliveries', 'Deliveries'],
  ['events', 'Events'],
])

const nodeColumns = [
  { head: 'Id', cell: ({ id }: SystemState['nodes'][number]) => id },
  { head: 'Roles', cell: ({ roles }: SystemState['nodes'][number]) => roles.join(', ') },
  { head: 'Seen', cell: ({ seenAt }: SystemState['nodes'][number]) => <Moment time={seenAt} /> },
]

function Fact({ label, value, note }: { label: string; value: string; note: string }) {
  return (
    <Card withBorder radius="lg">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={650} fz="md" style={{ overflowWrap: 'anywhere' }}>
        {value}
      </Text>
      <Text size="xs" c="dimmed">
        {note}
      </Text>
    </Card>
  )
}

import { Alert, Badge, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { SkippedItem, SyncRun } from '#schema/integration.ts'
import { skippedQuery } from '../api/integrations.ts'
import { itemsOf } from '../api/paged.ts'
import { typeNameOf } from '../ui/document-types.ts'
import { formatTime } from '../ui/format.ts'
import { TextLink } from '../ui/link.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { useLiveRun } from './live-run.ts'
import { describeRun } from './run-counts.ts'
import { RetryButton } from './retry-button.tsx'
import { RunProgress } from './run-progress.tsx'
import { modeNames, statusLooks } from './state.ts'

const route = getRouteApi('/signed-in/settings/integrations/$id/runs/$runId')

/** One sync run: what it did, space by space, and what it had to skip. */
export function RunPage() {
  const { id, runId } = route.useParams()
  const run = useLiveRun(id, runId)
  return (
    <Loaded query={run}>
      {(loaded) => (
        <>
          <PageHeader
            title={`${modeNames[loaded.mode]} of ${formatTime(loaded.startedAt ?? loaded.queuedAt)}`}
            above={
              <TextLink to="/settings/integrations/$id" params={{ id }} size="sm">
                ‹ Sync view
              </TextLink>
            }
          />
          <Stack gap="lg">
            <Outcome run={loaded} />
            <Skipped integrationId={id} runId={runId} />
          </Stack>
        </>
      )}
    </Loaded>
  )
}

function Outcome({ run }: { run: SyncRun }) {
  const { label, color } = statusLooks[run.status]
  return (
    <Card withBorder radius="lg">
      <Stack>
        <Group gap="sm">
          <Badge color={color} variant="light">
            {label}
          </Badge>
          <Text size="sm" c="dimmed">
            {describeRun(run)}
          </Text>
        </Group>
        {run.error !== null && <Alert color="red">{run.error.detail}</Alert>}
        {!isEmpty(run) && <RunProgress run={run} />}
      </Stack>
    </Card>
  )
}

/** It ended before it knew of any page: a bar from nothing to nothing tells nothing. */
function isEmpty({ finishedAt, progress }: SyncRun): boolean {
  return finishedAt !== null && progress.spaces.length === 0 && (progress.total ?? 0) === 0
}

function Skipped({ integrationId, runId }: { integrationId: string; runId: string }) {
  const skipped = useInfiniteQuery(skippedQuery(integrationId, runId))
  return (
    <section aria-labelledby="skipped">
      <Title order={2} id="skipped" mb="sm">
        Skipped
      </Title>
      <Loaded query={skipped}>
        {({ pages }) => (
          <>
            <RecordTable
              label="Skipped items"
              rows={itemsOf(pages)}
              keyOf={({ type, externalId }) => `${type} ${externalId}`}
              empty="Nothing was skipped."
              columns={skippedColumns}
            />
            <LoadMore query={skipped} />
            {itemsOf(pages).some(({ retriedAt }) => retriedAt === null) && (
              <Group mt="sm">
                <RetryButton integrationId={integrationId} runId={runId} />
              </Group>
            )}
          </>
        )}
      </Loaded>
    </section>
  )
}

const skippedColumns: Column<SkippedItem>[] = [
  { head: 'What', cell: ({ title, type }) => `${title} (${typeNameOf(type).toLowerCase()})` },
  { head: 'Space', cell: ({ spaceKey }) => spaceKey ?? '–' },
  { head: 'Reason', cell: ({ reason }) => reason },
  {
    head: 'Asked again',
    cell: ({ retriedAt }) => (retriedAt === null ? '–' : <Moment time={retriedAt} />),
  },
]

import { Alert, Badge, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { IntegrationHealth } from '#schema/sync-health.ts'
import { integrationQuery } from '../api/integrations.ts'
import { healthQuery } from '../api/sync-health.ts'
import { Facts } from '../ui/facts.tsx'
import { count, formatDate, formatNumber, formatSeconds, formatTime } from '../ui/format.ts'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { Brakes } from './brakes.tsx'
import { Hidden } from './hidden.tsx'
import { IntegrationTabs } from './integration-tabs.tsx'
import { RetryButton } from './retry-button.tsx'
import { healthLooks } from './state.ts'
import { Traffic } from './traffic.tsx'

const route = getRouteApi('/signed-in/settings/integrations/$id/health')

/** How well one integration is kept in step, what needs a decision, and what was hidden or skipped. */
export function HealthPage() {
  const { id } = route.useParams()
  const integration = useQuery(integrationQuery(id))
  const health = useQuery(healthQuery(id))
  return (
    <>
      <PageHeader
        title={integration.data === undefined ? 'Health' : `${integration.data.name}: health`}
        above={
          <TextLink to="/settings/integrations" size="sm">
            ‹ Integrations
          </TextLink>
        }
      />
      <Stack gap="lg">
        <IntegrationTabs id={id} />
        <Loaded query={health}>{(loaded) => <Health id={id} health={loaded} at={health.dataUpdatedAt} />}</Loaded>
      </Stack>
    </>
  )
}

/** `at`: when it was asked for. */
function Health({ id, health, at }: { id: string; health: IntegrationHealth; at: number }) {
  return (
    <>
      <Overview health={health} />
      <Brakes integrationId={id} />
      <Failures id={id} health={health} />
      <Traffic health={health} at={at} />
      <Skipped id={id} health={health} />
      <Hidden integrationId={id} />
    </>
  )
}

function Overview({ health }: { health: IntegrationHealth }) {
  const { label, color } = healthLooks[health.state]
  return (
    <Card component="section" withBorder radius="lg" aria-label="State">
      <Stack>
        <Group gap="sm" wrap="nowrap" align="start">
          <Badge color={color} variant="light" style={{ flexShrink: 0 }}>
            {label}
          </Badge>
          <Text style={{ overflowWrap: 'anywhere' }}>{summaryOf(health)}</Text>
        </Group>
        {health.waiting !== null && health.waiting.waitedSeconds > 0 && (
          <Alert color="yellow">
            The run under way has waited {formatSeconds(health.waiting.waitedSeconds)} for Confluence’s rate limits, of
            at most {formatSeconds(health.waiting.maySeconds)}.
          </Alert>
        )}
        <Facts facts={factsOf(health)} />
      </Stack>
    </Card>
  )
}

/** That all is well is said here with the time as it is told where the reader is. */
function summaryOf({ state, summary, completeUntil }: IntegrationHealth): string {
  return state === 'ok' && completeUntil !== null ? `Everything up to ${formatTime(completeUntil)} is here.` : summary
}

function factsOf(health: IntegrationHealth): [string, ReactNode][] {
  const moment = (time: string | null, none: string) => (time === null ? none : <Moment time={time} />)
  return [
    ['Complete up to', moment(health.completeUntil, 'Not complete yet')],
    ['Last successful sync', moment(health.lastSuccessAt, 'None yet')],
    ['Last sweep', moment(health.lastSweepAt, 'None yet')],
    ['Next run', moment(health.nextRunAt, 'None: the key does not work')],
    ['Key expires', health.keyExpiresAt === null ? 'Not known' : formatDate(health.keyExpiresAt)],
    ['Documents', `${formatNumber(health.documents)}, ${formatNumber(health.hidden)} hidden`],
    ['Unlinked accounts', formatNumber(health.unmatchedPeople)],
  ]
}

function Failures({ id, health }: { id: string; health: IntegrationHealth }) {
  return (
    <section aria-labelledby="failures">
      <Title order={2} id="failures" mb="sm">
        Failures
      </Title>
      <RecordTable
        label="Failed runs of the last day, by cause"
        rows={health.failures}
        keyOf={({ code }) => code}
        empty="No run failed in the last 24 hours."
        columns={failureColumns(id)}
      />
    </section>
  )
}

function Skipped({ id, health }: { id: string; health: IntegrationHealth }) {
  return (
    <section aria-labelledby="skipped">
      <Title order={2} id="skipped" mb="sm">
        Skipped
      </Title>
      <RecordTable
        label="Skipped within the last day, by reason"
        rows={health.skipped}
        keyOf={({ reason }) => reason}
        empty="Nothing was skipped in the last 24 hours."
        columns={skippedColumns(id)}
      />
    </section>
  )
}

function failureColumns(id: string): Column<IntegrationHealth['failures'][number]>[] {
  return [
    { head: 'Cause', cell: ({ detail }) => detail },
    {
      head: 'Runs',
      cell: ({ runs, runId }) => (
        <TextLink to="/settings/integrations/$id/runs/$runId" params={{ id, runId }} size="sm">
          {count(runs, 'run')}
        </TextLink>
      ),
    },
    { head: 'Last', cell: ({ lastAt }) => <Moment time={lastAt} /> },
  ]
}

function skippedColumns(id: string): Column<IntegrationHealth['skipped'][number]>[] {
  return [
    { head: 'Reason', cell: ({ reason }) => reason },
    {
      head: 'Items',
      cell: ({ items, runId }) => (
        <TextLink to="/settings/integrations/$id/runs/$runId" params={{ id, runId }} size="sm">
          {count(items, 'item')}
        </TextLink>
      ),
    },
    {
      head: 'Retry',
      align: 'end',
      cell: ({ runId, reason }) => <RetryButton integrationId={id} runId={runId} about={reason} />,
    },
  ]
}

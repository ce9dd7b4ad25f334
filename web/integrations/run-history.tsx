import { Badge, Card, Group, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { SyncRun } from '#schema/integration.ts'
import { runsQuery } from '../api/integrations.ts'
import { itemsOf } from '../api/paged.ts'
import { TextLink } from '../ui/link.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { describeRun } from './run-counts.ts'
import { modeNames, statusLooks } from './state.ts'
import classes from './run-history.module.css'

/** The runs of an integration, newest first. */
export function RunHistory({ integrationId }: { integrationId: string }) {
  const runs = useInfiniteQuery(runsQuery(integrationId))
  return (
    <Loaded query={runs}>
      {({ pages }) => {
        const items = itemsOf(pages)
        if (items.length === 0) return <Text c="dimmed">No sync has run yet.</Text>
        return (
          <>
            <Card withBorder radius="lg" padding={0} component="ul" className={classes.list} aria-label="Sync runs">
              {items.map((run) => (
                <RunLine key={run.id} run={run} />
              ))}
            </Card>
            <LoadMore query={runs} />
          </>
        )
      }}
    </Loaded>
  )
}

function RunLine({ run }: { run: SyncRun }) {
  const { label, color } = statusLooks[run.status]
  return (
    <li className={classes.line}>
      <Group justify="space-between" gap="xs">
        <Group gap="sm">
          <TextLink
            to="/settings/integrations/$id/runs/$runId"
            params={{ id: run.integrationId, runId: run.id }}
            fw={600}
            c="inherit"
          >
            {modeNames[run.mode]}
          </TextLink>
          <Badge color={color} variant="light">
            {label}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          <Moment time={run.startedAt ?? run.queuedAt} />
        </Text>
      </Group>
      <Text size="sm" c="dimmed">
        {describeRun(run)}
      </Text>
      {run.error !== null && <Text size="sm">{run.error.detail}</Text>}
    </li>
  )
}

import { Card, Group, Progress, Stack, Text } from '@mantine/core'
import type { Integration } from '#schema/integration.ts'
import { isBusy } from '../api/integrations.ts'
import { count } from '../ui/format.ts'
import { TextLink } from '../ui/link.tsx'
import { Moment } from '../ui/moment.tsx'
import { Actions } from './actions.tsx'
import { Badges } from './badges.tsx'
import { ConfluenceMark } from './confluence-mark.tsx'
import { hostOf } from './state.ts'

/** One integration in the list: what, where, how it does, and what can be done with it. */
export function IntegrationCard({ integration }: { integration: Integration }) {
  const { id, name, settings, lastRun, stateDetail } = integration
  return (
    <Card component="li" withBorder padding="md" radius="lg">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Group wrap="nowrap" align="flex-start" gap="md" style={{ flex: '1 1 260px', minWidth: 0 }}>
          <ConfluenceMark />
          <Stack gap={4} style={{ minWidth: 0 }}>
            <Group gap="xs">
              <TextLink
                to="/settings/integrations/$id"
                params={{ id }}
                fw={650}
                c="inherit"
                style={{ overflowWrap: 'anywhere' }}
              >
                {name}
              </TextLink>
              <Badges integration={integration} />
            </Group>
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {hostOf(settings.url)} · {count(integration.documents, 'document')}
              {lastRun?.finishedAt != null && (
                <>
                  {' '}
                  · last sync <Moment time={lastRun.finishedAt} />
                </>
              )}
            </Text>
            {integration.state !== 'connected' && stateDetail !== null && <Text size="sm">{stateDetail}</Text>}
          </Stack>
        </Group>
        <div style={{ marginInlineStart: 'auto' }}>
          <Actions integration={integration} />
        </div>
      </Group>
      {isBusy(lastRun) && lastRun !== null && lastRun.progress.total !== null && lastRun.progress.total > 0 && (
        <Progress
          mt="sm"
          size="sm"
          value={(lastRun.progress.done / lastRun.progress.total) * 100}
          aria-label={`Sync of ${name}`}
        />
      )}
    </Card>
  )
}

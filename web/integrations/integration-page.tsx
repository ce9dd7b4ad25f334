import { Alert, Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useLocation } from '@tanstack/react-router'
import type { Integration, RunMode } from '#schema/integration.ts'
import { integrationQuery, isBusy, syncIntegration } from '../api/integrations.ts'
import { healthQuery } from '../api/sync-health.ts'
import { count } from '../ui/format.ts'
import { ReasonButton } from '../ui/reason-button.tsx'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Actions } from './actions.tsx'
import { Badges } from './badges.tsx'
import { CurrentRun } from './current-run.tsx'
import { IntegrationTabs } from './integration-tabs.tsx'
import { PeoplePage } from './people.tsx'
import { RunHistory } from './run-history.tsx'
import { healthLooks, peopleHash, syncBarrier } from './state.ts'

const route = getRouteApi('/signed-in/settings/integrations/$id')

/** The sync view of one integration: state, what runs now, what ran before; at `#people` whose accounts are whose. */
export function IntegrationPage() {
  const { id } = route.useParams()
  const integration = useQuery(integrationQuery(id))
  const hash = useLocation({ select: (location) => location.hash })
  return (
    <Loaded query={integration}>
      {(loaded) =>
        hash === peopleHash && loaded.settings.readers === 'confluence' ? (
          <PeoplePage integration={loaded} />
        ) : (
          <SyncView integration={loaded} />
        )
      }
    </Loaded>
  )
}

function SyncView({ integration }: { integration: Integration }) {
  const { id, name, lastRun } = integration
  return (
    <>
      <PageHeader
        title={name}
        above={
          <TextLink to="/settings/integrations" size="sm">
            ‹ Integrations
          </TextLink>
        }
        actions={<SyncButtons integration={integration} />}
      />
      <Stack gap="lg">
        <IntegrationTabs id={id} />
        <HealthNotice id={id} />
        <Card withBorder radius="lg">
          <Group justify="space-between" gap="sm">
            <Stack gap={6} style={{ minWidth: 0 }}>
              <Badges integration={integration} />
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                <Anchor href={integration.settings.url} rel="noopener" target="_blank" inherit underline="always">
                  {integration.settings.url}
                </Anchor>{' '}
                · {count(integration.documents, 'document')} · {scopeOf(integration)}
                {integration.settings.gateway && ' · by way of Atlassian’s gateway'}
              </Text>
              {integration.lastCheck !== null && (
                <Text size="sm" c="dimmed">
                  Last tested <Moment time={integration.lastCheck.checkedAt} />
                </Text>
              )}
            </Stack>
            <Actions integration={integration} />
          </Group>
        </Card>
        {lastRun !== null && isBusy(lastRun) && <CurrentRun integrationId={id} runId={lastRun.id} />}
        <section aria-labelledby="history">
          <Title order={2} id="history" mb="sm">
            History
          </Title>
          <RunHistory integrationId={id} />
        </section>
      </Stack>
    </>
  )
}

/** What needs somebody, with the way there; nothing while all is well. */
function HealthNotice({ id }: { id: string }) {
  const { data: health } = useQuery(healthQuery(id))
  if (health === undefined || health.state === 'ok' || health.state === 'new') return null
  const { label, color } = healthLooks[health.state]
  return (
    <Alert color={color} title={label}>
      {health.summary}{' '}
      <TextLink to="/settings/integrations/$id/health" params={{ id }} inherit c="inherit" underline="always">
        Health
      </TextLink>
    </Alert>
  )
}

function SyncButtons({ integration }: { integration: Integration }) {
  const queryClient = useQueryClient()
  const barrier = syncBarrier(integration)
  const sync = useMutation({
    mutationFn: (mode: RunMode) => syncIntegration(integration.id, mode),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['integrations'] }),
  })
  return (
    <Button.Group>
      <ReasonButton disabledReason={barrier} loading={sync.isPending} onClick={() => sync.mutate('incremental')}>
        Sync now
      </ReasonButton>
      <ReasonButton variant="default" disabledReason={barrier} onClick={() => sync.mutate('full')}>
        Full sync
      </ReasonButton>
    </Button.Group>
  )
}

function scopeOf({ settings }: Integration): string {
  return settings.spaces === 'all' ? 'all spaces' : `spaces ${settings.spaces.join(', ')}`
}

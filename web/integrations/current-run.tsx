import { Card, Group, Title } from '@mantine/core'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { useLiveRun } from './live-run.ts'
import { RunProgress } from './run-progress.tsx'
import { modeNames } from './state.ts'

/** The run that goes on now, live. */
export function CurrentRun({ integrationId, runId }: { integrationId: string; runId: string }) {
  const run = useLiveRun(integrationId, runId)
  return (
    <Card withBorder radius="lg" component="section" aria-labelledby="current">
      <Loaded query={run}>
        {(current) => (
          <>
            <Group justify="space-between" mb="sm">
              <Title order={2} id="current">
                {modeNames[current.mode]} in progress
              </Title>
              <TextLink
                to="/settings/integrations/$id/runs/$runId"
                params={{ id: integrationId, runId }}
                size="sm"
                underline="always"
              >
                Details
              </TextLink>
            </Group>
            <RunProgress run={current} />
          </>
        )}
      </Loaded>
    </Card>
  )
}

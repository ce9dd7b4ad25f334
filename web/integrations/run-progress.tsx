import { Badge, Group, Progress, Stack, Text } from '@mantine/core'
import type { SpaceProgress, SyncRun } from '#schema/integration.ts'
import { isBusy } from '../api/integrations.ts'
import { formatNumber, formatSeconds } from '../ui/format.ts'

const spaceColors = { waiting: 'gray', running: 'water', succeeded: 'green', failed: 'red' } as const

/** How far a run is: in all, and space by space. */
export function RunProgress({ run }: { run: SyncRun }) {
  const { done, total, spaces } = run.progress
  return (
    <Stack gap="md">
      <Stack gap={6}>
        <Group justify="space-between" gap="xs">
          <Text fw={600}>
            {total === null ? `${formatNumber(done)} pages` : `${formatNumber(done)} of ${formatNumber(total)} pages`}
          </Text>
          {isBusy(run) && (
            <Text size="sm" c="dimmed">
              {paceOf(run)}
            </Text>
          )}
        </Group>
        <Progress
          size="lg"
          value={percent(done, total, run.status === 'succeeded')}
          aria-label="All spaces"
          animated={isBusy(run)}
        />
      </Stack>
      {spaces.length > 0 && (
        <Stack component="ul" gap="sm" p={0} m={0} aria-label="Progress per space" style={{ listStyle: 'none' }}>
          {spaces.map((space) => (
            <SpaceLine key={space.key} space={space} />
          ))}
        </Stack>
      )}
    </Stack>
  )
}

/** Once the pages are here, comments, files and permissions follow: nobody knows for how long. */
function paceOf({ status, progress: { done, total, pagesPerSecond, secondsLeft } }: SyncRun): string {
  if (status === 'queued') return 'Waiting for its turn'
  if (total !== null && total > 0 && done >= total) return 'Finishing'
  const pace = `${formatNumber(Math.round(pagesPerSecond))} pages/s`
  return secondsLeft === null ? pace : `${pace} · about ${formatSeconds(secondsLeft)} left`
}

function SpaceLine({ space }: { space: SpaceProgress }) {
  return (
    <li>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {space.name}{' '}
          <Text span c="dimmed" inherit>
            {space.key}
          </Text>
        </Text>
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {space.total === null
              ? formatNumber(space.done)
              : `${formatNumber(space.done)} of ${formatNumber(space.total)}`}
          </Text>
          {space.status === 'failed' && (
            <Badge color="red" variant="light">
              Failed
            </Badge>
          )}
        </Group>
      </Group>
      <Progress
        size="sm"
        color={spaceColors[space.status]}
        value={percent(space.done, space.total, space.status === 'succeeded')}
        aria-label={space.name}
      />
      {space.detail !== undefined && (
        <Text size="sm" mt={4}>
          {space.detail}
        </Text>
      )}
    </li>
  )
}

function percent(done: number, total: number | null, finished: boolean): number {
  if (finished) return 100
  return total === null || total === 0 ? 0 : Math.min(100, (done / total) * 100)
}

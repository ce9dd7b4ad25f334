import { Card, Skeleton, Stack, Text, Title } from '@mantine/core'
import { Suspense, lazy } from 'react'
import type { IntegrationHealth } from '#schema/sync-health.ts'
import { count, formatNumber, formatSeconds, formatTime } from '../ui/format.ts'
import { RecordTable } from '../ui/record-table.tsx'
import { endpointTotals, minuteTotals } from './traffic-totals.ts'

const StackedBars = lazy(() => import('../ui/stacked-bars.tsx'))

/** Requests of the hour before `at`, and what Confluence said of its limit. */
export function Traffic({ health: { traffic, limit }, at }: { health: IntegrationHealth; at: number }) {
  const minutes = minuteTotals(traffic, at)
  return (
    <section aria-labelledby="traffic">
      <Title order={2} id="traffic" mb="sm">
        Requests of the last hour
      </Title>
      {traffic.length === 0 ? (
        <Text c="dimmed">None.</Text>
      ) : (
        <Stack>
          <Card withBorder radius="lg">
            <Suspense fallback={<Skeleton height={220} radius="md" />}>
              <StackedBars
                data={minutes}
                dataKey="at"
                series={[
                  { name: 'Answered', color: 'teal.6' },
                  { name: 'Rate-limited', color: 'yellow.6' },
                  { name: 'Failed', color: 'red.6' },
                ]}
              />
            </Suspense>
          </Card>
          <RecordTable
            label="Requests of the last hour, by address"
            rows={endpointTotals(traffic)}
            keyOf={({ endpoint }) => endpoint}
            empty="None."
            columns={[
              { head: 'Address', cell: ({ endpoint }) => endpoint },
              { head: 'Requests', cell: ({ requests }) => formatNumber(requests) },
              { head: 'Rate-limited', cell: ({ limited }) => formatNumber(limited) },
              { head: 'Failed', cell: ({ failed }) => formatNumber(failed) },
              {
                head: 'Waited',
                cell: ({ waitedSeconds }) => (waitedSeconds === 0 ? '–' : formatSeconds(waitedSeconds)),
              },
            ]}
          />
        </Stack>
      )}
      {limit !== null && (
        <Text size="sm" c="dimmed" mt="sm">
          {limit.remaining === null ? 'Confluence tells its limit' : `${count(limit.remaining, 'request')} left`}
          {limit.limit !== null && ` of ${formatNumber(limit.limit)}`}
          {limit.resetAt !== null && `, more at ${formatTime(limit.resetAt)}`}
          {`, said Confluence at ${formatTime(limit.at)}.`}
        </Text>
      )}
    </section>
  )
}

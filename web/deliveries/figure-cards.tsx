import { Card, Group, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Suspense, lazy, useState } from 'react'
import type { DeliveryFigures, DeliveryStatus } from '#schema/delivery.ts'
import { ApiProblem } from '../api/client.ts'
import { figuresQuery } from '../api/deliveries.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { formatNumber } from '../ui/format.ts'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import classes from './deliveries.module.css'
import { periods, usePlace } from './place.ts'
import { Receivers } from './receivers.tsx'
import { StepTable } from './step-table.tsx'
import { statusLooks } from './words.ts'

// Apart from all else: charts are a large library.
const Charts = lazy(() => import('./charts.tsx'))

/** How many were sent and failed, and receivers in trouble. */
export function FigureCards() {
  const { space, search } = usePlace()
  const { hours = '24', workflow } = search
  const figures = useQuery({
    ...figuresQuery({ space, workflow, hours: Number(hours) }),
    placeholderData: (previous) => previous,
  })
  // The list below says why once; twice is one too many.
  if (figures.error instanceof ApiProblem && figures.error.status === 403) return null
  return (
    <Loaded query={figures} skeleton={<Skeleton height={360} radius="lg" />}>
      {(loaded) => (
        <>
          <Card component="section" withBorder radius="lg" padding="lg" aria-label="Figures">
            <Overview figures={loaded} />
          </Card>
          <Receivers figures={loaded} />
        </>
      )}
    </Loaded>
  )
}

function Overview({ figures }: { figures: DeliveryFigures }) {
  const { search, change } = usePlace()
  const [isTable, setTable] = useState(false)
  const hours = search.hours ?? '24'
  const isEmpty = figures.steps.every(({ sent, failed }) => sent + failed === 0)
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={2}>Attempts</Title>
        <SegmentedControl
          aria-label="Period"
          value={hours}
          data={Object.entries(periods).map(([value, label]) => ({ value, label }))}
          onChange={(value) => change({ hours: value === '1' || value === '168' ? value : undefined })}
        />
      </Group>
      <Stats counts={figures.counts} period={periods[hours].toLowerCase()} />
      {isEmpty ? (
        <Text c="dimmed">Nothing was sent in this time.</Text>
      ) : (
        <>
          <Suspense fallback={<Skeleton height={220} radius="md" />}>
            <Charts figures={figures} />
          </Suspense>
          <Disclosure label="The charts as a table" open={isTable} onToggle={setTable}>
            {isTable && <StepTable figures={figures} />}
          </Disclosure>
        </>
      )}
    </Stack>
  )
}

const shown: readonly DeliveryStatus[] = ['sent', 'queued', 'failed', 'dead']

function Stats({ counts, period }: { counts: DeliveryFigures['counts']; period: string }) {
  const { search } = usePlace()
  return (
    <ul className={classes.stats} aria-label="Counts">
      {shown.map((status) => (
        <li key={status}>
          <strong>{formatNumber(counts[status])}</strong>
          <TextLink to="." search={{ ...search, status, receiver: undefined }} resetScroll={false} size="sm">
            {statusLooks[status].label}
          </TextLink>
          <Text size="xs" c="dimmed">
            {status === 'sent' ? period : 'now'}
          </Text>
        </li>
      ))}
    </ul>
  )
}

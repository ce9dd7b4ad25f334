import { Alert, Group, Progress, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { integrationsQuery, isBusy } from '../api/integrations.ts'
import { count, formatNumber } from '../ui/format.ts'
import { TextLink } from '../ui/link.tsx'

/** While a full sync runs, spaces and search say that they are not whole yet. */
export function ImportNotice() {
  const { data: integrations = [] } = useQuery(integrationsQuery)
  const importing = integrations.filter(({ lastRun }) => lastRun?.mode === 'full' && isBusy(lastRun))
  const done = sum(importing.map(({ lastRun }) => lastRun?.progress.done ?? 0))
  const totals = importing.map(({ lastRun }) => lastRun?.progress.total ?? null)
  const total = totals.includes(null) ? null : sum(totals.map((value) => value ?? 0))

  useFollowing(done)

  const [first] = importing
  if (first === undefined) return null
  const figure =
    total === null ? `${formatNumber(done)} pages so far` : `${formatNumber(done)} of ${formatNumber(total)} pages`
  const isFinishing = total !== null && total > 0 && done >= total
  return (
    <Alert mb="lg" py="xs">
      <Group justify="space-between" gap="xs" mb={6}>
        <Text size="sm" fw={600}>
          {isFinishing ? `Finishing the import of ${count(done, 'page')}` : `Still importing: ${figure}`}
        </Text>
        <TextLink to="/settings/integrations/$id" params={{ id: first.id }} size="sm" underline="always">
          Watch the sync
        </TextLink>
      </Group>
      <Progress size="sm" value={total === null || total === 0 ? 0 : (done / total) * 100} aria-label="Import" />
    </Alert>
  )
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** What is shown below the notice grows with the import. */
function useFollowing(done: number): void {
  const queryClient = useQueryClient()
  const shown = useRef(done)
  useEffect(() => {
    if (shown.current === done) return
    shown.current = done
    void queryClient.invalidateQueries({ queryKey: ['spaces'] })
  }, [done, queryClient])
}

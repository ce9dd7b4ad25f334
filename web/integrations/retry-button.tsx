import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { retrySkipped } from '../api/sync-health.ts'
import { notifySuccess } from '../ui/notify.ts'

/** Has what a run skipped asked for again. */
export function RetryButton({ integrationId, runId, about }: { integrationId: string; runId: string; about?: string }) {
  const queryClient = useQueryClient()
  const retry = useMutation({
    mutationFn: () => retrySkipped(integrationId, runId),
    onSuccess: () => notifySuccess('A run asks for them again'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['integrations'] }),
  })
  return (
    <Button
      variant="default"
      size="xs"
      loading={retry.isPending}
      onClick={() => retry.mutate()}
      {...(about === undefined ? {} : { 'aria-label': `Retry what was skipped: ${about}` })}
    >
      Retry
    </Button>
  )
}

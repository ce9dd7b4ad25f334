import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { SyncRun } from '#schema/integration.ts'
import { isBusy, runEventsAddress, runQuery } from '../api/integrations.ts'

const pollMs = 2_000

/** A run as it goes: told by the server over SSE, asked for every two seconds where that stream breaks. */
export function useLiveRun(integrationId: string, runId: string) {
  const queryClient = useQueryClient()
  const [polls, setPolls] = useState(false)
  const run = useQuery({
    ...runQuery(integrationId, runId),
    refetchInterval: ({ state }) => (polls && isBusy(state.data) ? pollMs : false),
  })
  const busy = isBusy(run.data)

  useEffect(() => {
    if (!busy) return undefined
    const source = new EventSource(runEventsAddress(integrationId, runId))
    source.addEventListener('run', (event) => {
      const parsed = SyncRun.safeParse(JSON.parse(String(event.data)))
      if (!parsed.success) return
      queryClient.setQueryData(runQuery(integrationId, runId).queryKey, parsed.data)
      if (isBusy(parsed.data)) return
      source.close()
      void queryClient.invalidateQueries() // spaces, documents and search have changed with it
    })
    source.addEventListener('error', () => setPolls(source.readyState === EventSource.CLOSED))
    return () => source.close()
  }, [busy, integrationId, runId, queryClient])

  return run
}

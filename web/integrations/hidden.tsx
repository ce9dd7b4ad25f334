import { Button, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import type { HiddenDocument } from '#schema/sync-health.ts'
import { itemsOf } from '../api/paged.ts'
import { hiddenQuery, restoreHidden } from '../api/sync-health.ts'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Day, Moment } from '../ui/moment.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { hiddenReasons } from './state.ts'

/** Documents that are out of sight, and the way back. */
export function Hidden({ integrationId }: { integrationId: string }) {
  const hidden = useInfiniteQuery(hiddenQuery(integrationId))
  return (
    <section aria-labelledby="hidden">
      <Title order={2} id="hidden" mb="sm">
        Hidden documents
      </Title>
      <Loaded query={hidden}>
        {({ pages }) => (
          <>
            <RecordTable
              label="Hidden documents"
              rows={itemsOf(pages)}
              keyOf={({ id }) => id}
              empty="Nothing is hidden."
              columns={columnsOf(integrationId)}
            />
            <LoadMore query={hidden} />
          </>
        )}
      </Loaded>
    </section>
  )
}

function Restore({ integrationId, document }: { integrationId: string; document: HiddenDocument }) {
  const queryClient = useQueryClient()
  const restore = useMutation({
    mutationFn: () => restoreHidden(integrationId, document.id),
    onSuccess: () => notifySuccess(`“${document.title}” is read from Confluence`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['integrations'] }),
  })
  return (
    <Button
      variant="default"
      size="xs"
      loading={restore.isPending}
      onClick={() => restore.mutate()}
      aria-label={`Restore ${document.title}`}
    >
      Restore
    </Button>
  )
}

function columnsOf(integrationId: string): Column<HiddenDocument>[] {
  return [
    { head: 'Title', cell: ({ title }) => title },
    { head: 'Space', cell: ({ space }) => space.name },
    { head: 'Why', cell: ({ reason }) => hiddenReasons[reason] },
    { head: 'Since', cell: ({ hiddenAt }) => <Moment time={hiddenAt} /> },
    { head: 'Purged', cell: ({ purgeAt }) => (purgeAt === null ? 'Never by itself' : <Day time={purgeAt} />) },
    {
      head: 'Back',
      align: 'end',
      cell: (document) => <Restore integrationId={integrationId} document={document} />,
    },
  ]
}

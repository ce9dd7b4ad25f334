import { Button, Group, Skeleton, Stack, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorFace } from './faces.tsx'

type Query<T> = { data: T | undefined; error: unknown; refetch: () => unknown }
type LoadedProps<T> = { query: Query<T>; skeleton?: ReactNode; children: (data: T) => ReactNode }

/** Waiting, failed or there: the three faces of something read from the server. */
export function Loaded<T>({ query, skeleton = <RowsSkeleton />, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error !== null) return <ErrorFace error={query.error} onRetry={() => void query.refetch()} />
  return <Waiting skeleton={skeleton} />
}

/** What stands where something is still on its way, also for those who do not see it. */
export function Waiting({ skeleton = <RowsSkeleton /> }: { skeleton?: ReactNode }) {
  return (
    <div aria-busy="true">
      <VisuallyHidden component="output">Loading</VisuallyHidden>
      {skeleton}
    </div>
  )
}

export function RowsSkeleton({ rows = 4, height = 64 }: { rows?: number; height?: number }) {
  return (
    <Stack gap="sm">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} radius="md" />
      ))}
    </Stack>
  )
}

type Endless = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }

/** The button below an endless list. */
export function LoadMore({ query }: { query: Endless }) {
  if (!query.hasNextPage) return null
  return (
    <Group justify="center" mt="md">
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Load more
      </Button>
    </Group>
  )
}

import { Alert, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { IconGitMerge } from '@tabler/icons-react'
import { ApiProblem } from '../api/client.ts'
import { conflictOf } from '../api/publish.ts'
import { DiffView } from '../text/diff-view.tsx'
import { Loaded } from '../ui/loaded.tsx'
import type { Draft } from './draft.ts'
import { Refusal } from './refusal.tsx'
import { type Target, nameOf, preview } from './target.ts'

/** What saving would change, as the server sees it: nothing is sent on. */
export function Changes({ target, draft }: { target: Target; draft: Draft }) {
  const [settled] = useDebouncedValue(draft, 600)
  const query = useQuery(previewQuery(target, settled))
  if (settled.title.trim() === '') return <Text c="dimmed">Give it a title first.</Text>
  if (conflictOf(query.error) !== undefined) {
    return (
      <Alert color="orange" icon={<IconGitMerge />} title="Somebody else has changed the same places">
        When you save, you see both sides and choose. Nothing is overwritten.
      </Alert>
    )
  }
  if (query.error instanceof ApiProblem && query.error.status < 500 && query.error.status > 0)
    return <Refusal problem={query.error} />
  return (
    <Loaded query={query}>
      {({ diff, merged }) => (
        <Stack gap="sm">
          {merged && (
            <Alert color="blue" icon={<IconGitMerge />} title="Somebody else has changed other places meanwhile">
              Both are kept: your changes are put into the newest version.
            </Alert>
          )}
          <DiffView diff={diff} unchanged="Nothing has changed yet." />
        </Stack>
      )}
    </Loaded>
  )
}

function previewQuery(target: Target, draft: Draft) {
  const { version, title, format, text, loaded } = draft
  return queryOptions({
    queryKey: [
      'preview',
      nameOf(target),
      target.kind === 'new' && target.type,
      version,
      title,
      format,
      text,
      text === loaded,
    ],
    queryFn: () => preview(target, draft),
    enabled: title.trim() !== '',
    placeholderData: (previous) => previous,
    gcTime: 0,
    retry: false,
    staleTime: 30_000,
  })
}

import { Alert } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconGitPullRequest } from '@tabler/icons-react'
import type { DocumentDetail } from '#schema/document.ts'
import { openProposalsQuery } from '../api/proposals.ts'
import { count } from '../ui/format.ts'
import { TextLink } from '../ui/link.tsx'
import { useMayWrite } from './may-edit.ts'

/** Tells editors that edits of this document wait for a decision. */
export function WaitingProposals({ document: { id, space } }: { document: DocumentDetail }) {
  const mayWrite = useMayWrite(space.key)
  const { data: waiting = [] } = useQuery({ ...openProposalsQuery({ document: id }), enabled: mayWrite })
  const [first] = waiting
  if (first === undefined) return null
  const to =
    waiting.length === 1
      ? ({ to: '/spaces/$key/proposals/$id', params: { key: space.key, id: first.id } } as const)
      : ({ to: '/spaces/$key/proposals', params: { key: space.key } } as const)
  return (
    <Alert color="blue" mb="md" py="xs" icon={<IconGitPullRequest />}>
      <TextLink {...to} size="sm" fw={600}>
        {count(waiting.length, 'proposed edit')} {waiting.length === 1 ? 'waits' : 'wait'} for a decision
      </TextLink>
    </Alert>
  )
}

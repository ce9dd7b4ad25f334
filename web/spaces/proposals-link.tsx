import { Badge } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconGitPullRequest } from '@tabler/icons-react'
import { openProposalsQuery } from '../api/proposals.ts'
import { ButtonLink } from '../ui/link.tsx'

/** The way to a space's proposed edits; the figure is how many wait. */
export function ProposalsLink({ spaceKey: key }: { spaceKey: string }) {
  const { data: waiting = [] } = useQuery(openProposalsQuery({ space: key }))
  const many = waiting.length > 99 ? '99+' : String(waiting.length)
  return (
    <ButtonLink
      to="/spaces/$key/proposals"
      params={{ key }}
      variant="default"
      leftSection={<IconGitPullRequest size={16} aria-hidden />}
      aria-label={waiting.length > 0 ? `Proposed edits, ${many} waiting` : undefined}
      rightSection={
        waiting.length > 0 && (
          <Badge size="sm" aria-hidden>
            {many}
          </Badge>
        )
      }
    >
      Proposed edits
    </ButtonLink>
  )
}

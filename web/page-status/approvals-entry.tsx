import { Badge } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconChecks } from '@tabler/icons-react'
import { approvalCountQuery } from '../api/page-status.ts'
import { NavEntry } from '../ui/link.tsx'

/** The way to one's approvals; the figure is how many pages wait. */
export function ApprovalsEntry({ className }: { className: string | undefined }) {
  const { data: waiting = 0 } = useQuery(approvalCountQuery)
  return (
    <NavEntry
      to="/approvals"
      label="My approvals"
      aria-label={waiting > 0 ? `My approvals, ${waiting} waiting` : undefined}
      leftSection={<IconChecks size={18} stroke={1.7} aria-hidden />}
      rightSection={
        waiting > 0 && (
          <Badge size="sm" circle={waiting < 10} aria-hidden>
            {waiting > 99 ? '99+' : waiting}
          </Badge>
        )
      }
      className={className}
    />
  )
}

import { Badge } from '@mantine/core'
import type { StatusName } from '#schema/page-status.ts'

/** The status of a page, in the colour that its workflow gives it. */
export function StatusBadge({ status, size = 'md' }: { status: StatusName; size?: 'md' | 'lg' }) {
  return (
    <Badge color={status.colour} variant="light" size={size} style={{ maxWidth: '100%' }}>
      {status.name}
    </Badge>
  )
}

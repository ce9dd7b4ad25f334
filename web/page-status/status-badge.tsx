import { Badge } from '@mantine/core'
import type { StatusName } from '#schema/page-status.ts'

/** The status of a page, in the colour that its workflow gives it. */
export function StatusBadge({ status, size = 'md' }: { status: StatusName; size?: 'md' | 'lg' }) {
  const isShort = status.name.length <= 24 // such a name is shown whole, whatever the table leaves for it
  return (
    <Badge color={status.colour} variant="light" size={size} maw="100%" miw={isShort ? 'max-content' : undefined}>
      {status.name}
    </Badge>
  )
}

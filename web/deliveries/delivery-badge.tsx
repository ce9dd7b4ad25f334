import { Badge } from '@mantine/core'
import type { DeliveryStatus } from '#schema/delivery.ts'
import { statusLooks } from './words.ts'

export function DeliveryBadge({ status }: { status: DeliveryStatus }) {
  const { label, color } = statusLooks[status]
  return (
    <Badge color={color} variant="light" miw="max-content">
      {label}
    </Badge>
  )
}

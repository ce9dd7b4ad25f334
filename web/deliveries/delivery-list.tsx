import { Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconSend } from '@tabler/icons-react'
import type { Delivery } from '#schema/delivery.ts'
import { deliveriesQuery } from '../api/deliveries.ts'
import { itemsOf } from '../api/paged.ts'
import { Face } from '../ui/faces.tsx'
import { formatNumber } from '../ui/format.ts'
import { TextLink } from '../ui/link.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { DeliveryBadge } from './delivery-badge.tsx'
import classes from './deliveries.module.css'
import { usePlace } from './place.ts'
import { hostOf } from './words.ts'

/** Those that the filters let through, newest first. */
export function DeliveryList() {
  const { filters } = usePlace()
  const deliveries = useInfiniteQuery(deliveriesQuery(filters))
  const { space: _space, ...chosen } = filters
  const isFiltered = Object.values(chosen).some((filter) => filter !== undefined)
  return (
    <Loaded query={deliveries}>
      {({ pages }) => {
        const items = itemsOf(pages)
        if (items.length === 0) return <Empty isFiltered={isFiltered} />
        return (
          <div>
            <RecordTable label="Deliveries" rows={items} keyOf={({ id }) => id} empty="" columns={columns} />
            <LoadMore query={deliveries} />
          </div>
        )
      }}
    </Loaded>
  )
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Text component="output" c="dimmed">
        No delivery fits these filters.
      </Text>
    )
  }
  return (
    <Face icon={<IconSend />} title="No deliveries yet">
      Each request that a workflow sends to another system appears here, with every attempt.
    </Face>
  )
}

const columns: Column<Delivery>[] = [
  { head: 'Page', cell: (delivery) => <What delivery={delivery} /> },
  { head: 'Receiver', cell: (delivery) => <Receiver delivery={delivery} /> },
  { head: 'Status', cell: (delivery) => <State delivery={delivery} /> },
  { head: 'Attempts', cell: ({ attempts }) => formatNumber(attempts) },
  { head: 'Next attempt', cell: (delivery) => <Next delivery={delivery} /> },
  { head: 'Made', cell: ({ createdAt }) => <When time={createdAt} /> },
]

function What({ delivery: { id, document, workflow } }: { delivery: Delivery }) {
  return (
    <>
      <TextLink to="/settings/deliveries/$id" params={{ id }} fw={600} c="inherit" size="sm">
        {document?.title ?? workflow.name}
      </TextLink>
      {document !== null && (
        <Text size="xs" c="dimmed" fw={400}>
          {workflow.name}
        </Text>
      )}
    </>
  )
}

function Receiver({ delivery: { receiver, method } }: { delivery: Delivery }) {
  return (
    <div className={classes.receiver}>
      {hostOf(receiver)}
      <Text size="xs" c="dimmed">
        {method}
      </Text>
    </div>
  )
}

function When({ time }: { time: string }) {
  return (
    <span className={classes.moment}>
      <Moment time={time} />
    </span>
  )
}

function State({ delivery: { status, code, detail } }: { delivery: Delivery }) {
  return (
    <div className={classes.state}>
      <DeliveryBadge status={status} />
      {status !== 'sent' && code !== null && (
        <Text size="xs" mt={4}>
          {detail ?? code}
        </Text>
      )}
    </div>
  )
}

function Next({ delivery: { nextAt, waitsForReceiver } }: { delivery: Delivery }) {
  if (waitsForReceiver) return <span>when its receiver is back</span>
  return nextAt === null ? '–' : <When time={nextAt} />
}

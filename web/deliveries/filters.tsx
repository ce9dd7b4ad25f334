import { Button, Group, NativeSelect, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { IconX } from '@tabler/icons-react'
import { DeliveryStatus } from '#schema/delivery.ts'
import { deliveriesQuery, workflowChoicesQuery } from '../api/deliveries.ts'
import { itemsOf } from '../api/paged.ts'
import { DeliveriesSearch, usePlace } from './place.ts'
import { hostOf, statusLooks } from './words.ts'

// Anything else than a choice or a whole date is no filter.
const fields = DeliveriesSearch.shape

/** Which deliveries the list shows; the address keeps it. */
export function Filters() {
  const { space, search, filters, change } = usePlace()
  const { status, workflow, receiver, since } = search
  const { data: workflows = [] } = useQuery(workflowChoicesQuery(space))
  const { data: shown } = useInfiniteQuery(deliveriesQuery(filters))
  const choices = choicesOf([...workflows, ...itemsOf(shown?.pages).map((delivery) => delivery.workflow)])
  const isListed = workflow === undefined || choices.some(({ value }) => value === workflow)

  return (
    <Group component="search" align="flex-end" gap="sm" aria-label="Filter deliveries">
      <NativeSelect
        label="Status"
        value={status ?? ''}
        data={[
          { value: '', label: 'All' },
          ...DeliveryStatus.options.map((value) => ({ value, label: statusLooks[value].label })),
        ]}
        onChange={({ currentTarget }) => change({ status: fields.status.parse(currentTarget.value) })}
      />
      <NativeSelect
        label="Workflow"
        maw={260}
        value={workflow ?? ''}
        data={[
          { value: '', label: 'All' },
          ...choices,
          ...(isListed ? [] : [{ value: workflow, label: 'Another workflow' }]),
        ]}
        onChange={({ currentTarget }) => change({ workflow: fields.workflow.parse(currentTarget.value) })}
      />
      <TextInput
        type="date"
        label="Since"
        key={since}
        defaultValue={since}
        onChange={({ currentTarget }) => change({ since: fields.since.parse(currentTarget.value) })}
      />
      {receiver !== undefined && (
        <Button
          variant="light"
          rightSection={<IconX size={16} aria-hidden />}
          aria-label={`Show all receivers, not only ${hostOf(receiver)}`}
          onClick={() => change({ receiver: undefined })}
        >
          {hostOf(receiver)}
        </Button>
      )}
    </Group>
  )
}

/** By name. Those of the list may be of another scope, or deleted since. */
function choicesOf(workflows: readonly { id: string; name: string }[]): { value: string; label: string }[] {
  const names = new Map(workflows.map(({ id, name }) => [id, name]))
  return [...names]
    .map(([value, label]) => ({ value, label }))
    .toSorted((one, other) => one.label.localeCompare(other.label))
}

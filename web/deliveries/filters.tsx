import { Button, Group, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconX } from '@tabler/icons-react'
import { DeliveryStatus } from '#schema/delivery.ts'
import { workflowChoicesQuery } from '../api/deliveries.ts'
import { DeliveriesSearch, usePlace } from './place.ts'
import { hostOf, statusLooks } from './words.ts'

// Anything else than a choice or a whole date is no filter.
const fields = DeliveriesSearch.shape

/** Which deliveries the list shows; the address keeps it. */
export function Filters() {
  const { space, search, change } = usePlace()
  const { status, workflow, receiver, since } = search
  const { data: workflows = [] } = useQuery(workflowChoicesQuery(space))
  const choices = workflows.map(({ id, name }) => ({ value: id, label: name }))
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

import { NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { figuresQuery, recoverCountQuery, recoverDeliveries } from '../api/deliveries.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { count } from '../ui/format.ts'
import { notifySuccess } from '../ui/notify.ts'
import { usePlace } from './place.ts'
import { hostOf } from './words.ts'

const dayMs = 86_400_000

/** Sends all again that were given up since a time, or wait for another attempt. Says how many before it does. */
export function RecoverForm({ onDone }: { onDone: () => void }) {
  const { space, search } = usePlace()
  const queryClient = useQueryClient()
  const [since, setSince] = useState(() => localMinute(new Date(Date.now() - dayMs)))
  const [receiver, setReceiver] = useState(search.receiver ?? '')
  const [status, setStatus] = useState<'dead' | 'failed'>(search.status === 'failed' ? 'failed' : 'dead')
  const { data: figures } = useQuery(figuresQuery({ space, workflow: search.workflow, hours: 24 }))

  const moment = new Date(since)
  const isTime = !Number.isNaN(moment.getTime())
  const filter = {
    since: isTime ? moment.toISOString() : '',
    status,
    space,
    workflow: search.workflow,
    receiver: receiver === '' ? undefined : receiver,
  }
  const counted = useQuery({ ...recoverCountQuery(filter), enabled: isTime })
  const recover = useMutation({
    mutationFn: () => recoverDeliveries({ ...filter, dryRun: false }),
    onSuccess: (done) => {
      notifySuccess(`${count(done.count, 'delivery', 'deliveries')} will be sent again`)
      onDone()
      return queryClient.invalidateQueries({ queryKey: ['deliveries'] })
    },
  })
  const found = isTime ? counted.data?.count : undefined

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (found !== undefined && found > 0) recover.mutate()
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">
          Each is sent again under the same id, by which receivers know that they have had it. The schedule of further
          attempts begins anew.
        </Text>
        <NativeSelect
          label="Which"
          data-autofocus
          value={status}
          data={[
            { value: 'dead', label: 'Given up' },
            { value: 'failed', label: 'Failed, and waiting for another attempt' },
          ]}
          onChange={({ currentTarget }) => setStatus(currentTarget.value === 'failed' ? 'failed' : 'dead')}
        />
        <TextInput
          type="datetime-local"
          label="Made since"
          value={since}
          onChange={({ currentTarget }) => setSince(currentTarget.value)}
          error={isTime ? undefined : 'Give a day and a time.'}
        />
        <NativeSelect
          label="Receiver"
          value={receiver}
          data={[
            { value: '', label: 'All' },
            ...choicesOf([search.receiver, ...(figures?.receivers ?? []).map((one) => one.receiver)]),
          ]}
          onChange={({ currentTarget }) => setReceiver(currentTarget.value)}
        />
        {search.workflow !== undefined && <Text size="sm">Only those of the workflow that is filtered for.</Text>}
        <Text component="output" fw={600}>
          {counted.error === null ? said(found) : counted.error.message}
        </Text>
        <FormActions
          label={
            found === undefined || found === 0 ? 'Send again' : `Send ${count(found, 'delivery', 'deliveries')} again`
          }
          busy={recover.isPending}
          disabled={found === undefined || found === 0}
          onCancel={onDone}
        />
      </Stack>
    </form>
  )
}

function said(found: number | undefined): string {
  if (found === undefined) return 'Counting …'
  return found === 0 ? 'There is none.' : `${count(found, 'delivery', 'deliveries')} would be sent again.`
}

function choicesOf(receivers: readonly (string | undefined)[]): { value: string; label: string }[] {
  const known = new Set(receivers.filter((one) => one !== undefined))
  return [...known].map((value) => ({ value, label: hostOf(value) }))
}

/** A moment as a field for date and time takes it, by the viewer's clock. */
function localMinute(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

import { Modal, Stack, Text, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { type Delivery, DeliveryReplay } from '#schema/delivery.ts'
import { replayDelivery } from '../api/deliveries.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { ReasonButton } from '../ui/reason-button.tsx'

/** Sends a delivery again, with the reason for the audit. */
export function Replay({ delivery }: { delivery: Delivery }) {
  const [opened, { open, close }] = useDisclosure()
  const waits = delivery.status === 'queued' ? 'It waits to be sent already.' : undefined
  return (
    <>
      <ReasonButton disabledReason={waits} onClick={open}>
        Replay
      </ReasonButton>
      <Modal opened={opened} onClose={close} title="Send it again?">
        <ReplayForm delivery={delivery} onDone={close} />
      </Modal>
    </>
  )
}

function ReplayForm({ delivery, onDone }: { delivery: Delivery; onDone: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { reason: '' } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: DeliveryReplay,
    toInput: ({ reason }) => (reason.trim() === '' ? {} : { reason }),
    send: (input) => replayDelivery(delivery.id, input),
    onDone: () => {
      notifySuccess('It will be sent again')
      onDone()
      return queryClient.invalidateQueries({ queryKey: ['deliveries'] })
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <FormProblem problem={problem} />
        <Text size="sm">
          {delivery.status === 'sent' && 'It has been sent already. '}
          It goes out now, as it was made, under the same id, by which the receiver knows whether it has had it.
        </Text>
        <Textarea
          label="Reason"
          description="For the audit; you may leave it out."
          rows={3}
          maxLength={500}
          data-autofocus
          {...form.getInputProps('reason')}
        />
        <FormActions label="Replay" busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

import { Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { PageHeader } from '../ui/page-header.tsx'
import { ReasonButton } from '../ui/reason-button.tsx'
import { DeliveryList } from './delivery-list.tsx'
import { FigureCards } from './figure-cards.tsx'
import { Filters } from './filters.tsx'
import { usePlace } from './place.ts'
import { RecoverForm } from './recover-form.tsx'

/** What was sent, and what became of it. */
export function DeliveriesPage({ lead, above }: { lead: string; above?: ReactNode }) {
  const { search, change } = usePlace()
  const close = () => change({ dialog: undefined })
  return (
    <>
      <PageHeader
        title="Deliveries"
        lead={lead}
        above={above}
        actions={
          <ReasonButton variant="default" disabledReason={undefined} onClick={() => change({ dialog: 'recover' })}>
            Recover…
          </ReasonButton>
        }
      />
      <Stack gap="lg">
        <FigureCards />
        <Filters />
        <DeliveryList />
      </Stack>
      <Modal opened={search.dialog === 'recover'} onClose={close} title="Recover deliveries" size="lg">
        <RecoverForm onDone={close} />
      </Modal>
    </>
  )
}

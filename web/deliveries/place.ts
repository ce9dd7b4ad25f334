import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { z } from 'zod'
import { DeliveryStatus } from '#schema/delivery.ts'

/** Periods of the charts, in hours. */
export const periods = { '1': 'Last hour', '24': 'Last 24 hours', '168': 'Last 7 days' } as const
const Period = z.enum(['1', '24', '168'])
export type Period = z.infer<typeof Period>

/** The address of a list of deliveries. `since`: a day, by the viewer's clock. `receiver`: only with a status that is not sent. */
export const DeliveriesSearch = z.object({
  status: DeliveryStatus.optional().catch(undefined),
  workflow: z.uuid().optional().catch(undefined),
  receiver: z.string().optional(),
  since: z.iso.date().optional().catch(undefined),
  hours: Period.optional().catch(undefined),
  dialog: z.enum(['recover']).optional().catch(undefined),
})
export type DeliveriesSearch = z.infer<typeof DeliveriesSearch>

/** Where among the deliveries somebody is, of all spaces or of one, and how to get elsewhere. */
export function usePlace() {
  const { key } = useParams({ strict: false })
  const search = DeliveriesSearch.parse(useSearch({ strict: false }))
  const navigate = useNavigate()

  /** Changes some of the address; the dialog is a step back in history, filters are not. */
  function change(changes: Partial<DeliveriesSearch>): void {
    const next = { ...search, ...changes }
    const isReceiverFit = next.status !== undefined && next.status !== 'sent'
    const fitting = { ...next, receiver: isReceiverFit ? next.receiver : undefined }
    void navigate({ to: '.', search: fitting, replace: changes.dialog === undefined, resetScroll: false })
  }

  const { status, workflow, receiver, since } = search
  const filters = { status, workflow, receiver, since: since === undefined ? undefined : startOf(since) }
  return { space: key, search, filters: { space: key, ...filters }, change }
}

/** The beginning of a day by the viewer's clock. */
function startOf(day: string): string {
  return new Date(`${day}T00:00:00`).toISOString()
}

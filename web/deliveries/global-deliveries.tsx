import { DeliveriesPage } from './deliveries-page.tsx'

/** Settings → Deliveries: those of all spaces. */
export function GlobalDeliveries() {
  return (
    <DeliveriesPage lead="Requests of workflows to other systems: what was sent, what failed, and what is tried again." />
  )
}

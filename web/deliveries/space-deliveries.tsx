import { useQuery } from '@tanstack/react-query'
import { spaceQuery } from '../api/content.ts'
import { SpaceSettingsTabs } from '../shell/space-settings-tabs.tsx'
import { DeliveriesPage } from './deliveries-page.tsx'
import { usePlace } from './place.ts'

/** Space → Settings → Deliveries: those about this space. */
export function SpaceDeliveries() {
  const { space: key = '' } = usePlace()
  const { data: space } = useQuery(spaceQuery(key))
  return (
    <DeliveriesPage
      lead={`Requests to other systems about the space ${space?.name ?? key}: what was sent, and what is tried again.`}
      above={<SpaceSettingsTabs spaceKey={key} />}
    />
  )
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { spaceQuery } from '../api/content.ts'
import { SpaceSettingsTabs } from '../shell/space-settings-tabs.tsx'
import { CredentialsPage } from './credentials-page.tsx'

const route = getRouteApi('/signed-in/spaces/$key/settings/credentials')

/** Space → Settings → Credentials: those that only this space uses. */
export function SpaceCredentials() {
  const { key } = route.useParams()
  const { data: space } = useQuery(spaceQuery(key))
  return (
    <CredentialsPage
      scope={`space:${key}`}
      lead={`Secrets for other systems, kept sealed, that only the space ${space?.name ?? key} uses.`}
      above={<SpaceSettingsTabs spaceKey={key} />}
    />
  )
}

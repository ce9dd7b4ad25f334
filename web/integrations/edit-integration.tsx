import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { integrationQuery } from '../api/integrations.ts'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { EditForm } from './edit-form.tsx'

const route = getRouteApi('/signed-in/settings/integrations/$id/edit')

export function EditIntegration() {
  const { id } = route.useParams()
  const integration = useQuery(integrationQuery(id))
  return (
    <Loaded query={integration}>
      {(saved) => (
        <>
          <PageHeader
            title={`Edit ${saved.name}`}
            above={
              <TextLink to="/settings/integrations" size="sm">
                ‹ Integrations
              </TextLink>
            }
          />
          <EditForm key={saved.id} integration={saved} />
        </>
      )}
    </Loaded>
  )
}

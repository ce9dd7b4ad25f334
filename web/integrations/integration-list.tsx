import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconPlugConnected } from '@tabler/icons-react'
import { integrationsQuery } from '../api/integrations.ts'
import { Face } from '../ui/faces.tsx'
import { ButtonLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { IntegrationCard } from './integration-card.tsx'

/** Settings → Integrations: newest first. */
export function IntegrationList() {
  const integrations = useQuery(integrationsQuery)
  const add = <ButtonLink to="/settings/integrations/new">+ Add integration</ButtonLink>
  return (
    <>
      <PageHeader
        title="Integrations"
        lead="Connections to the systems whose content flows in and is kept in step."
        actions={add}
      />
      <Loaded query={integrations}>
        {(items) =>
          items.length === 0 ? (
            <Face icon={<IconPlugConnected />} title="Nothing is connected yet">
              Add your Confluence: its spaces and pages appear here, searchable, a minute later.
            </Face>
          ) : (
            <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Integrations">
              {items.map((integration) => (
                <IntegrationCard key={integration.id} integration={integration} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </>
  )
}

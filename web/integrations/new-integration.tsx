import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { catalogQuery } from '../api/integrations.ts'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Catalogue } from './catalogue.tsx'
import { ConnectForm } from './connect-form.tsx'

const route = getRouteApi('/signed-in/settings/integrations/new')

/** + Add integration: first the catalogue, then the form of the chosen connector. */
export function NewIntegrationPage() {
  const { connector } = route.useSearch()
  const catalog = useQuery(catalogQuery(''))
  const above =
    connector === undefined ? (
      <Back to="/settings/integrations" label="Integrations" />
    ) : (
      <Back to="/settings/integrations/new" label="Catalogue" />
    )
  if (connector === undefined) {
    return (
      <>
        <PageHeader title="Add integration" lead="What should be connected?" above={above} />
        <Catalogue />
      </>
    )
  }
  return (
    <Loaded query={catalog}>
      {(entries) => {
        const entry = entries.find(({ id }) => id === connector)
        return (
          <>
            <PageHeader title={`Connect ${entry?.name ?? connector}`} lead={entry?.description} above={above} />
            {entry === undefined ? <Catalogue /> : <ConnectForm />}
          </>
        )
      }}
    </Loaded>
  )
}

function Back({ to, label }: { to: '/settings/integrations' | '/settings/integrations/new'; label: string }) {
  return (
    <TextLink to={to} size="sm">
      ‹ {label}
    </TextLink>
  )
}

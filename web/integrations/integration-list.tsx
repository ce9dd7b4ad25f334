import { PageHeader } from '../ui/page-header.tsx'

export function IntegrationList() {
  return <PageHeader title="Integrations" />
}

import { PageHeader } from '../ui/page-header.tsx'

export function IntegrationPage() {
  return <PageHeader title="Integration" />
}

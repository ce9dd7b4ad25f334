import { PageHeader } from '../ui/page-header.tsx'

export function NewIntegrationPage() {
  return <PageHeader title="Add integration" />
}

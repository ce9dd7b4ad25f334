import { PageHeader } from '../ui/page-header.tsx'

export function EditIntegration() {
  return <PageHeader title="Edit" />
}

import { PageHeader } from '../ui/page-header.tsx'

export function SystemPage() {
  return <PageHeader title="System" />
}

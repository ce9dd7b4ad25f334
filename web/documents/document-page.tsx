import { PageHeader } from '../ui/page-header.tsx'

export function DocumentPage() {
  return <PageHeader title="Document" />
}

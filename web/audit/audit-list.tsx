import { PageHeader } from '../ui/page-header.tsx'

export function AuditList() {
  return <PageHeader title="Audit" />
}

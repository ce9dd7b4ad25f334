import { PageHeader } from '../ui/page-header.tsx'

export function ApiKeys() {
  return <PageHeader title="API keys" />
}

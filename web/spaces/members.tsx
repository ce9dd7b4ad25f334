import { PageHeader } from '../ui/page-header.tsx'

export function Members() {
  return <PageHeader title="Members" />
}

import { PageHeader } from '../ui/page-header.tsx'

export function Groups() {
  return <PageHeader title="Groups" />
}

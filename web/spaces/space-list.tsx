import { PageHeader } from '../ui/page-header.tsx'

export function SpaceList() {
  return <PageHeader title="Spaces" />
}

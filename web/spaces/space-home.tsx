import { PageHeader } from '../ui/page-header.tsx'

export function SpaceHome() {
  return <PageHeader title="Space" />
}

import { PageHeader } from '../ui/page-header.tsx'

export function SpaceFrame() {
  return <PageHeader title="Space" />
}

import { NotFoundFace } from '../ui/faces.tsx'
import { PageHeader } from '../ui/page-header.tsx'

/** Every address that is none of ours. */
export function Missing() {
  return (
    <>
      <PageHeader title="Not found" />
      <NotFoundFace />
    </>
  )
}

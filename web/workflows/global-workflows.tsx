import { ButtonLink } from '../ui/link.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { usePlace } from './place.ts'
import { WorkflowList } from './workflow-list.tsx'

/** Settings → Workflows: those of all spaces. */
export function GlobalWorkflows() {
  const place = usePlace()
  return (
    <>
      <PageHeader
        title="Workflows"
        lead="What pages of all spaces go through, and what is done at each step. A space can take a copy and change it."
        actions={<ButtonLink {...place.new()}>Create workflow</ButtonLink>}
      />
      <WorkflowList />
    </>
  )
}

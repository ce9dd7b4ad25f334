import { useQuery } from '@tanstack/react-query'
import { spaceQuery } from '../api/content.ts'
import { SpaceSettingsTabs } from '../shell/space-settings-tabs.tsx'
import { ButtonLink } from '../ui/link.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { usePlace } from './place.ts'
import { WorkflowList } from './workflow-list.tsx'

/** Space → Settings → Workflows: those of this space alone. */
export function SpaceWorkflows() {
  const { key = '', new: newWorkflow } = usePlace()
  const { data: space } = useQuery(spaceQuery(key))
  return (
    <>
      <PageHeader
        title="Workflows"
        lead={`What pages of the space ${space?.name ?? key} go through, and what is done at each step.`}
        above={<SpaceSettingsTabs spaceKey={key} />}
        actions={<ButtonLink {...newWorkflow()}>Create workflow</ButtonLink>}
      />
      <WorkflowList />
    </>
  )
}

import { Alert } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { SigningSecret, WorkflowDetail } from '#schema/workflow-api.ts'
import { workflowQuery } from '../api/workflows.ts'
import { TextLink } from '../ui/link.tsx'
import { Loaded, RowsSkeleton } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Draft } from './draft.ts'
import { Editor } from './editor.tsx'
import { usePlace } from './place.ts'
import { SigningDialog } from './signing-dialog.tsx'
import { namesOfActions } from './words.ts'
import { WorkflowActions } from './workflow-actions.tsx'

/** The editor of a workflow that is there. */
export function EditWorkflow() {
  const { id = '' } = useParams({ strict: false })
  const workflow = useQuery({ ...workflowQuery(id), refetchOnWindowFocus: false })
  return (
    <Loaded query={workflow} skeleton={<RowsSkeleton rows={5} height={72} />}>
      {(loaded) => <Open key={id} loaded={loaded} read={async () => (await workflow.refetch()).data} />}
    </Loaded>
  )
}

type OpenProps = { loaded: WorkflowDetail; read: () => Promise<WorkflowDetail | undefined> }

/** The workflow as it was when it was opened, saved or loaded again: what is edited must stand on one version. */
function Open({ loaded, read }: OpenProps) {
  const { list } = usePlace()
  const [base, setBase] = useState({ detail: loaded, round: 0 })
  const [secrets, setSecrets] = useState<readonly SigningSecret[]>([])
  const { detail, round } = base

  async function reload(): Promise<void> {
    const fresh = await read()
    if (fresh !== undefined) setBase({ detail: fresh, round: round + 1 })
  }

  return (
    <>
      <PageHeader
        title={detail.name}
        above={
          <TextLink {...list} size="sm">
            ‹ Workflows
          </TextLink>
        }
        lead={
          <>
            Version {detail.version}, saved <Moment time={detail.updatedAt} /> by {detail.updatedBy.name ?? 'somebody'}.{' '}
            {detail.enabled ? 'It is enabled.' : 'It is not enabled.'}
          </>
        }
        actions={<WorkflowActions workflow={detail} inEditor />}
      />
      {detail.original?.hasMovedOn === true && (
        <Alert color="blue" mb="md" title={`The original “${detail.original.name}” has changed since it was copied`}>
          This copy stays as it is. To take the changes over, copy the original again, or its JSON.
        </Alert>
      )}
      <Editor
        key={round}
        scope={detail.scope}
        saved={detail}
        start={Draft.parse(detail.definition)}
        settings={{
          enabled: detail.enabled,
          owner: detail.owner?.id,
          ownerName: detail.owner?.name ?? undefined,
        }}
        onSaved={(next) => {
          setBase({ detail: next, round })
          setSecrets(next.signing ?? [])
        }}
        onReload={() => void reload()}
      />
      <SigningDialog secrets={secrets} actionNames={namesOfActions(detail.definition)} onClose={() => setSecrets([])} />
    </>
  )
}

import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { WorkflowDetail } from '#schema/workflow-api.ts'
import { ApiProblem } from '../api/client.ts'
import { addWorkflow, changeWorkflow, workflowQuery } from '../api/workflows.ts'
import { count } from '../ui/format.ts'
import { notifySuccess } from '../ui/notify.ts'
import { Draft } from './draft.ts'
import classes from './editor.module.css'
import { placed } from './faults.ts'
import type { Settings } from './general-section.tsx'
import { MapStatuses } from './map-statuses.tsx'
import { SaveProblem } from './save-problem.tsx'
import type { EditorState } from './use-editor-state.ts'

type SaveBarProps = {
  state: EditorState
  settings: Settings
  onSaved: (detail: WorkflowDetail) => void
  onReload: () => void
}

/** Saves, or says what keeps it from being saved. */
export function SaveBar({ state, settings, onSaved, onReload }: SaveBarProps) {
  const { scope, saved, draft, faults, ownFaults, isFresh, isDirty, judgeAll, show, replace } = state
  const queryClient = useQueryClient()
  const [problem, setProblem] = useState<ApiProblem>()
  const [asking, ask] = useDisclosure()
  const removed = removedStatuses(saved, draft)

  const save = useMutation({
    meta: { inline: true },
    gcTime: 0, // The answer may hold signing secrets.
    mutationFn: (statuses?: Record<string, string>) => {
      const input = { definition: draft, enabled: settings.enabled, owner: settings.owner }
      if (saved === undefined) return addWorkflow(scope, input)
      return changeWorkflow(saved.id, { ...input, version: saved.version, ...(statuses !== undefined && { statuses }) })
    },
    onSuccess: async (detail) => {
      ask.close()
      notifySuccess(saved === undefined ? `“${detail.name}” was created` : `“${detail.name}” was saved`)
      replace(Draft.parse(detail.definition))
      const { signing: _signing, ...lasting } = detail
      queryClient.setQueryData(workflowQuery(detail.id).queryKey, lasting)
      onSaved(detail)
      await queryClient.invalidateQueries({ queryKey: ['workflows', 'list'] })
    },
    onError: (error) => {
      ask.close()
      if (!(error instanceof ApiProblem)) throw error
      setProblem(error)
      judgeAll(error.errors)
      const [first] = placed(error.errors)
      if (first !== undefined) show(first.path)
    },
  })

  function onSave(): void {
    setProblem(undefined)
    judgeAll()
    // What the server said of an older text decides nothing: then it judges what is sent.
    const [first] = isFresh ? faults : ownFaults
    if (first !== undefined) return show(first.path)
    if (removed.length > 0 && (saved?.pages ?? 0) > 0) return ask.open()
    save.mutate(undefined)
  }

  return (
    <>
      <SaveProblem problem={problem} onReload={onReload} />
      <div className={classes.bar}>
        <div className={classes.said} aria-live="polite">
          {saidOf(state)}
        </div>
        <Button loading={save.isPending && !asking} disabled={!isDirty && saved !== undefined} onClick={onSave}>
          {saved === undefined ? 'Create workflow' : 'Save'}
        </Button>
      </div>
      {saved !== undefined && (
        <MapStatuses
          opened={asking}
          removed={removed}
          draft={draft}
          pages={saved.pages}
          busy={save.isPending}
          onClose={ask.close}
          onSave={(statuses) => save.mutate(statuses)}
        />
      )}
    </>
  )
}

function saidOf({ faults, warnings, isDirty, saved }: EditorState): string {
  if (faults.length > 0) return `${count(faults.length, 'fault')} to mend before it can be saved.`
  const odd = warnings.length > 0 ? ` ${count(warnings.length, 'warning')}.` : ''
  if (saved === undefined) return `Nothing is missing.${odd}`
  return (isDirty ? 'There are changes that are not saved.' : 'All is saved.') + odd
}

/** Statuses that pages may stand in, and that are not there any more. */
function removedStatuses(saved: WorkflowDetail | undefined, draft: Draft): { id: string; name: string }[] {
  const kept = new Set((draft.statuses ?? []).map(({ id }) => id))
  return (saved?.definition.statuses ?? []).filter(({ id }) => !kept.has(id))
}

import { SegmentedControl, Stack, Tabs } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { WorkflowDetail } from '#schema/workflow-api.ts'
import type { Draft } from './draft.ts'
import { DryRunView } from './dry-run.tsx'
import { EditorContext } from './editor-context.ts'
import { FormView } from './form-view.tsx'
import { JSON_PATH, JsonView } from './json-view.tsx'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { EditorSearch } from './place.ts'
import { RunList } from './run-list.tsx'
import { SaveBar } from './save-bar.tsx'
import { useEditorState } from './use-editor-state.ts'
import { VersionList } from './version-list.tsx'
import type { Settings } from './general-section.tsx'

type EditorProps = {
  scope: string
  saved: WorkflowDetail | undefined
  start: Draft
  /** JSON that the form cannot show, to begin with. */
  unread?: string | undefined
  settings: Settings
  onSaved: (detail: WorkflowDetail) => void
  onReload: () => void
}

/** Builds a workflow: form and JSON of one definition, a dry run of it, and what it did. */
export function Editor({
  scope,
  saved,
  start,
  unread: unreadAtFirst,
  settings: begin,
  onSaved,
  onReload,
}: EditorProps) {
  const { tab = 'definition', view = 'form' } = EditorSearch.parse(useSearch({ strict: false }))
  const navigate = useNavigate()
  const [settings, setSettings] = useState(begin)
  const [unread, setUnread] = useState(unreadAtFirst)
  const ownFault =
    unreadAtFirst === undefined ? undefined : { path: JSON_PATH, message: 'The form cannot show this JSON yet.' }
  const state = useEditorState({ scope, saved, draft: start, owner: settings.ownerName, ownFault })
  const isDirty =
    state.isDirty || unread !== undefined || settings.enabled !== begin.enabled || settings.owner !== begin.owner
  const go = (search: { tab?: string | undefined; view?: string | undefined }) =>
    void navigate({
      to: '.',
      search: (present) => ({ ...present, ...EditorSearch.parse({ tab, view, ...search }) }),
      replace: true,
      resetScroll: false,
      ignoreBlocker: true,
    })
  const shown = view === 'json' || unread !== undefined ? 'json' : 'form'

  return (
    <EditorContext value={{ ...state, isDirty }}>
      <Tabs value={tab} keepMounted={false} onChange={(next) => go({ tab: next ?? undefined })}>
        <Tabs.List mb="md">
          <Tabs.Tab value="definition">Definition</Tabs.Tab>
          <Tabs.Tab value="dry-run">Dry run</Tabs.Tab>
          {saved !== undefined && <Tabs.Tab value="runs">Runs</Tabs.Tab>}
          {saved !== undefined && <Tabs.Tab value="versions">Versions</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="definition">
          <Stack gap="md">
            <SegmentedControl
              w="fit-content"
              aria-label="How the definition is shown"
              value={shown}
              data={[
                { value: 'form', label: 'Form', disabled: unread !== undefined },
                { value: 'json', label: 'JSON' },
              ]}
              onChange={(next) => go({ view: next })}
            />
            {shown === 'form' ? (
              <FormView settings={settings} onSettings={setSettings} pages={state.pages} />
            ) : (
              <JsonView unread={unread} onUnread={setUnread} pages={state.pages} />
            )}
          </Stack>
          <SaveBar state={{ ...state, isDirty }} settings={settings} onSaved={onSaved} onReload={onReload} />
        </Tabs.Panel>
        <Tabs.Panel value="dry-run">
          <DryRunView />
        </Tabs.Panel>
        {saved !== undefined && (
          <Tabs.Panel value="runs">
            <RunList workflow={saved} />
          </Tabs.Panel>
        )}
        {saved !== undefined && (
          <Tabs.Panel value="versions">
            <VersionList
              workflow={saved}
              onTake={(draft) => {
                state.replace(draft)
                setUnread(undefined)
                go({ tab: undefined })
              }}
            />
          </Tabs.Panel>
        )}
      </Tabs>
      <LeaveGuard isDirty={isDirty}>What you have changed in this workflow is lost then.</LeaveGuard>
    </EditorContext>
  )
}

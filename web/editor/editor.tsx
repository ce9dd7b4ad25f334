import { Alert, Badge, Button, Checkbox, Group, Tabs, TagsInput, Text, TextInput } from '@mantine/core'
import { useHotkeys, useMediaQuery } from '@mantine/hooks'
import { IconHistory } from '@tabler/icons-react'
import { useState } from 'react'
import { typeNames } from '../ui/document-types.ts'
import { ReasonButton } from '../ui/reason-button.tsx'
import { ButtonLink } from '../ui/link.tsx'
import { Moment } from '../ui/moment.tsx'
import { Changes } from './changes.tsx'
import { Conflict } from './conflict.tsx'
import type { Draft } from './draft.ts'
import classes from './editor.module.css'
import { FormatSwitch } from './format-switch.tsx'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { Preview } from './preview.tsx'
import { Refusal } from './refusal.tsx'
import { ownSides } from './sides.ts'
import { type Target, nameOf } from './target.ts'
import { TextField } from './text-field.tsx'
import { type Drafting, useDraft } from './use-draft.ts'
import { type Saving, useSave } from './use-save.ts'

type EditorProps = { target: Target; userId: string; start: Draft }

/** Writes a page: text on one side, how it reads or what changes on the other. */
export function Editor({ target, userId, start }: EditorProps) {
  const drafting = useDraft(userId, nameOf(target), start)
  const saving = useSave(target, drafting)
  const { draft, isDirty, change } = drafting
  const missing = whatIsMissing(target, drafting)
  useHotkeys([['mod+S', () => missing === undefined && saving.conflict === undefined && saving.save(draft)]], [], true)

  return (
    <>
      <LeaveGuard isDirty={isDirty} isKept>
        {saving.busy
          ? 'It is being saved at this moment. Stay here to see whether it was.'
          : 'Nothing of it is saved. Your text waits here until you close this tab or discard it.'}
      </LeaveGuard>
      {saving.conflict === undefined ? (
        <Writing target={target} drafting={drafting} saving={saving} start={start} missing={missing} />
      ) : (
        <Conflict
          key={saving.conflict.current.version}
          conflict={saving.conflict}
          sides={ownSides}
          picks={draft.picks}
          onPick={(picks) => change({ picks })}
          busy={saving.busy}
          problem={saving.problem}
          onSave={({ version, title, text }) =>
            saving.save({ ...draft, version, title, format: 'storage', text, loaded: null })
          }
          back={
            <Button variant="default" onClick={saving.leaveConflict}>
              Back to my text
            </Button>
          }
        />
      )}
    </>
  )
}

type WritingProps = {
  target: Target
  drafting: Drafting
  saving: Saving
  start: Draft
  missing: string | undefined
}

function Writing({ target, drafting, saving, start, missing }: WritingProps) {
  const { draft, change, restart, restoredFrom, isUnkept } = drafting
  const isWide = useMediaQuery('(min-width: 68em)', true, { getInitialValueInEffect: false })
  const [tab, setTab] = useState<string | null>(isWide ? 'preview' : 'write')
  const shown = isWide && tab === 'write' ? 'preview' : tab
  const field = (
    <TextField
      label="Text"
      format={draft.format}
      value={draft.text}
      readOnly={saving.busy}
      onChange={(text) => change({ text })}
    />
  )
  return (
    <form
      className={classes.form}
      aria-label="Text of the page"
      onSubmit={(event) => {
        event.preventDefault()
        if (missing === undefined) saving.save(draft)
      }}
    >
      {restoredFrom !== undefined && (
        <Alert color="blue" icon={<IconHistory />} title="Your unsaved text is back">
          <Group justify="space-between">
            <Text size="sm">
              You wrote it <Moment time={restoredFrom} />
              {draft.version < start.version &&
                `, on version ${draft.version}. The page is at version ${start.version} now: saving puts both together, or asks you`}
              .
            </Text>
            <Button variant="default" size="xs" onClick={() => restart(start)}>
              Discard it
            </Button>
          </Group>
        </Alert>
      )}
      {isUnkept && (
        <Alert color="orange" title="Your browser has no room to keep this text">
          Save before you reload or leave this page.
        </Alert>
      )}
      <TextInput
        label="Title"
        size="md"
        required
        maxLength={255}
        disabled={saving.busy}
        value={draft.title}
        error={saving.problem?.errors.find(({ path }) => path.replace(/^\//, '') === 'title')?.message}
        onChange={(event) => change({ title: event.currentTarget.value })}
      />
      <Tabs
        value={shown}
        onChange={setTab}
        keepMounted={false}
        className={classes.columns}
        data-wide={isWide || undefined}
      >
        <Tabs.List className={classes.tabs}>
          {!isWide && <Tabs.Tab value="write">Write</Tabs.Tab>}
          <Tabs.Tab value="preview">Preview</Tabs.Tab>
          <Tabs.Tab value="changes">Changes</Tabs.Tab>
        </Tabs.List>
        {isWide || shown === 'write' ? (
          <div className={classes.text}>
            <div className={classes.over}>
              <FormatSwitch target={target} draft={draft} onSwitch={change} />
            </div>
            {field}
          </div>
        ) : null}
        <Tabs.Panel value="preview" className={classes.pane}>
          <Preview draft={draft} />
        </Tabs.Panel>
        <Tabs.Panel value="changes" className={classes.pane}>
          <Changes target={target} draft={draft} />
        </Tabs.Panel>
      </Tabs>
      {target.kind === 'new' && (
        <TagsInput
          label="Labels"
          placeholder={draft.labels.length === 0 ? 'Type a label, then Enter' : ''}
          maxTags={200}
          value={draft.labels}
          onChange={(labels) => change({ labels })}
        />
      )}
      {saving.problem !== undefined && <Refusal problem={saving.problem} />}
      <SaveBar target={target} drafting={drafting} saving={saving} missing={missing} />
    </form>
  )
}

function SaveBar({ target, drafting, saving, missing }: Omit<WritingProps, 'start'>) {
  const { draft, change, isDirty } = drafting
  return (
    <div className={classes.bar}>
      <TextInput
        aria-label="Message about this version"
        placeholder="What did you change? (optional)"
        maxLength={500}
        className={classes.message}
        disabled={saving.busy}
        value={draft.message}
        onChange={(event) => change({ message: event.currentTarget.value })}
      />
      {target.kind === 'edit' && (
        <Checkbox
          label="Minor edit"
          disabled={saving.busy}
          checked={draft.minorEdit}
          onChange={(event) => change({ minorEdit: event.currentTarget.checked })}
        />
      )}
      <Group gap="xs" ml="auto">
        {isDirty && (
          <Badge color="orange" variant="light">
            Not saved
          </Badge>
        )}
        <ButtonLink
          variant="default"
          {...(target.kind === 'edit'
            ? { to: '/spaces/$key/documents/$id', params: { key: target.spaceKey, id: target.id } }
            : { to: '/spaces/$key', params: { key: target.spaceKey } })}
        >
          Cancel
        </ButtonLink>
        <ReasonButton loading={saving.busy} disabledReason={missing} onClick={() => saving.save(draft)}>
          {target.kind === 'new' ? `Create ${typeNames[target.type].toLowerCase()}` : 'Save'}
        </ReasonButton>
      </Group>
    </div>
  )
}

function whatIsMissing(target: Target, { draft, isDirty }: Drafting): string | undefined {
  if (draft.title.trim() === '') return 'Give it a title first.'
  if (target.kind === 'edit' && !isDirty) return 'Nothing has changed yet.'
  return undefined
}

import { Alert, Button, Group, Radio, Stack, Text, Title } from '@mantine/core'
import { IconGitMerge } from '@tabler/icons-react'
import type { EditConflict } from '#schema/publish.ts'
import { StorageText } from '../text/storage-text.tsx'
import { focusOnMount } from '../ui/focus.ts'
import { count } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { ReasonButton } from '../ui/reason-button.tsx'
import { conflictsOf, decidedText, numbered } from './choices.ts'
import { ConflictBlock } from './conflict-block.tsx'
import classes from './conflict.module.css'
import type { Choice, Draft } from './draft.ts'
import editorClasses from './editor.module.css'
import { Refusal } from './refusal.tsx'
import type { Saving } from './use-save.ts'

type ConflictProps = {
  conflict: EditConflict
  draft: Draft
  onChange: (part: Partial<Draft>) => void
  saving: Saving
}

/** Two people changed the same places: both sides of each, to be decided one by one. Until then nothing is saved. */
export function Conflict({ conflict, draft, onChange, saving }: ConflictProps) {
  const { current, title: titles } = conflict
  const blocks = conflictsOf(conflict)
  const picks =
    draft.picks?.version === current.version ? draft.picks : { version: current.version, title: null, of: [] }
  const text = decidedText(conflict, picks.of)
  const title = titles === null ? draft.title : picks.title
  const decided = blocks.filter((_, index) => (picks.of[index] ?? null) !== null).length
  const open = blocks.length - decided + (title === null ? 1 : 0)

  function choose(index: number, choice: Choice): void {
    onChange({ picks: { ...picks, of: blocks.map((_, at) => (at === index ? choice : (picks.of[at] ?? null))) } })
  }

  function onSave(): void {
    if (text === undefined || title === null) return
    saving.save({ ...draft, version: current.version, title, format: 'storage', text, loaded: null })
  }

  return (
    <Stack gap="md">
      <Alert color="orange" icon={<IconGitMerge />}>
        <Title order={2} fz="md" tabIndex={-1} ref={focusOnMount}>
          {current.author ?? 'Somebody'} changed the same{' '}
          {blocks.length === 0 ? 'title' : blocks.length === 1 ? 'place' : 'places'}
          {current.at !== null && (
            <>
              {' '}
              <Moment time={current.at} />
            </>
          )}
        </Title>
        <Text size="sm">
          You wrote on version {conflict.base}; the page is at version {current.version} now
          {current.message !== '' && ` (“${current.message}”)`}. All other changes of both are already put together.
          Choose for each place below, then save: nothing is overwritten before.
        </Text>
      </Alert>
      {titles !== null && (
        <Radio.Group
          label="Title"
          description={`It was “${titles.base}”.`}
          value={picks.title}
          onChange={(title) => onChange({ picks: { ...picks, title } })}
        >
          <Stack gap={6} mt={6}>
            <Radio value={titles.mine} label={`Yours: ${titles.mine}`} />
            <Radio value={titles.theirs} label={`Theirs: ${titles.theirs}`} />
          </Stack>
        </Radio.Group>
      )}
      <div className={classes.text}>
        {numbered(conflict).map(({ part, number }, at) => {
          if (part.kind === 'merged') return <Settled key={at} storage={part.storage} />
          return (
            <ConflictBlock
              key={at}
              part={part}
              name={`Place ${number + 1} of ${blocks.length}`}
              choice={picks.of[number] ?? null}
              onChoose={(choice) => choose(number, choice)}
            />
          )
        })}
      </div>
      {saving.problem !== undefined && <Refusal problem={saving.problem} />}
      <div className={editorClasses.bar}>
        <Text size="sm" c="dimmed" aria-live="polite">
          {open === 0 ? 'All is decided.' : `${count(open, 'choice')} left.`}
        </Text>
        <Group gap="xs" ml="auto">
          <Button variant="default" onClick={saving.leaveConflict}>
            Back to my text
          </Button>
          <ReasonButton
            loading={saving.busy}
            disabledReason={open === 0 ? undefined : 'Choose a side for every place first.'}
            onClick={onSave}
          >
            Save
          </ReasonButton>
        </Group>
      </div>
    </Stack>
  )
}

/** What needs no choice, as the surroundings of what does. */
function Settled({ storage }: { storage: string }) {
  if (storage.trim() === '') return null
  return (
    <div className={classes.settled}>
      <StorageText storage={storage} />
    </div>
  )
}

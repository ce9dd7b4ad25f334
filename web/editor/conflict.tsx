import { Alert, Group, Radio, Stack, Text, Title } from '@mantine/core'
import { IconGitMerge } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { EditConflict } from '#schema/publish.ts'
import type { ApiProblem } from '../api/client.ts'
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
import type { Sides } from './sides.ts'

type Picks = NonNullable<Draft['picks']>

/** The whole page as it was decided; `version`: the one whose conflict was decided. */
export type Decided = { version: number; title: string; text: string }

type ConflictProps = {
  conflict: EditConflict
  sides: Sides
  /** Decisions so far; those about another version of theirs do not count. */
  picks: Picks | null
  onPick: (picks: Picks) => void
  busy: boolean
  problem: ApiProblem | undefined
  onSave: (decided: Decided) => void
  /** What is said along with it. */
  note?: ReactNode
  back: ReactNode
}

/** Two people changed the same places: both sides of each, to be decided one by one. Until then nothing is saved. */
export function Conflict({ conflict, sides, onPick, busy, problem, onSave, note, back, ...given }: ConflictProps) {
  const { current, title: titles, mergedTitle } = conflict
  const blocks = conflictsOf(conflict)
  const picks =
    given.picks?.version === current.version ? given.picks : { version: current.version, title: null, of: [] }
  const isOutdated = picks !== given.picks && given.picks !== null
  const text = decidedText(conflict, picks.of)
  const title = mergedTitle ?? picks.title
  const decided = blocks.filter((_, index) => (picks.of[index] ?? null) !== null).length
  const open = blocks.length - decided + (title === null ? 1 : 0)

  function choose(index: number, choice: Choice): void {
    onPick({ ...picks, of: blocks.map((_, at) => (at === index ? choice : (picks.of[at] ?? null))) })
  }

  function save(): void {
    if (text !== undefined && title !== null) onSave({ version: current.version, title, text })
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
          {sides.basis} version {conflict.base}; the page is at version {current.version} now
          {current.message !== '' && ` (“${current.message}”)`}. All other changes of both are already put together.
          Choose for each place below, then {sides.action.toLowerCase()}: nothing is overwritten before.
          {isOutdated && ' What you chose before was about an older version and does not count any more.'}
        </Text>
      </Alert>
      {titles !== null && (
        <Radio.Group
          label="Title"
          description={`It was “${titles.base}”.`}
          value={picks.title}
          onChange={(title) => onPick({ ...picks, title })}
        >
          <Stack gap={6} mt={6}>
            <Radio value={titles.mine} label={`${sides.mine}: ${titles.mine}`} />
            <Radio value={titles.theirs} label={`${sides.theirs}: ${titles.theirs}`} />
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
              sides={sides}
              choice={picks.of[number] ?? null}
              onChoose={(choice) => choose(number, choice)}
            />
          )
        })}
      </div>
      {problem !== undefined && <Refusal problem={problem} />}
      <div className={editorClasses.bar}>
        <Text size="sm" c="dimmed" aria-live="polite">
          {open === 0 ? 'All is decided.' : `${count(open, 'choice')} left.`}
        </Text>
        {note}
        <Group gap="xs" ml="auto">
          {back}
          <ReasonButton
            loading={busy}
            disabledReason={open === 0 ? undefined : 'Choose a side for every place first.'}
            onClick={save}
          >
            {sides.action}
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

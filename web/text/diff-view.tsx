import { Alert, Badge, SegmentedControl, Stack, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { BlockStep, DocumentDiff } from '#schema/publish.ts'
import { count } from '../ui/format.ts'
import classes from './diff.module.css'
import { MarkdownText } from './lazy-markdown.tsx'
import { WordsDiff } from './words-diff.tsx'

const VIEWS = [
  { value: 'words', label: 'Words' },
  { value: 'sides', label: 'Side by side' },
  { value: 'storage', label: 'Storage' },
] as const
type View = (typeof VIEWS)[number]['value']

/** How two texts of a document differ, block by block. `unchanged`: what to say when they do not. */
export function DiffView({ diff, unchanged }: { diff: DocumentDiff; unchanged: string }) {
  const [view, setView] = useState<View>('words')
  if (diff.title === null && diff.changed === 0) return <Text c="dimmed">{unchanged}</Text>
  return (
    <Stack gap="sm">
      <div className={classes.head}>
        <Text size="sm" c="dimmed">
          {diff.changed === 0 ? 'Only the title changes.' : `${count(diff.changed, 'block')} changed.`}
        </Text>
        {diff.changed > 0 && (
          <SegmentedControl
            size="xs"
            aria-label="Show changes as"
            data={[...VIEWS]}
            value={view}
            onChange={(next) => setView(VIEWS.find(({ value }) => value === next)?.value ?? 'words')}
          />
        )}
      </div>
      {diff.title !== null && (
        <Alert color="blue" title="Title">
          <WordsDiff before={diff.title.before} after={diff.title.after} />
        </Alert>
      )}
      <ol className={classes.steps} aria-label="Changes">
        {diff.blocks.map((step, index) => (
          <li key={index} className={classes.step} data-kind={step.kind}>
            <Step step={step} view={view} />
          </li>
        ))}
      </ol>
    </Stack>
  )
}

const NAMES: Record<Exclude<BlockStep['kind'], 'same'>, { name: string; color: string }> = {
  added: { name: 'Added', color: 'green' },
  removed: { name: 'Removed', color: 'red' },
  changed: { name: 'Changed', color: 'orange' },
  moved: { name: 'Moved', color: 'blue' },
}

function Step({ step, view }: { step: BlockStep; view: View }) {
  if (step.kind === 'same') {
    if (step.before === '' || view === 'storage')
      return <p className={classes.same}>{count(step.count, 'block')} unchanged</p>
    return (
      <div className={classes.faded}>
        <MarkdownText text={step.before} />
      </div>
    )
  }
  const { name, color } = NAMES[step.kind]
  return (
    <>
      <Badge color={color} variant="light" size="sm" mb={6}>
        {name}
      </Badge>
      <Change step={step} view={view} />
    </>
  )
}

function Change({ step, view }: { step: BlockStep; view: View }) {
  const { kind, before, after, beforeStorage, afterStorage } = step
  if (view === 'storage')
    return <Sides step={step} before={<Raw text={beforeStorage} />} after={<Raw text={afterStorage} />} />
  if (view === 'sides')
    return <Sides step={step} before={<MarkdownText text={before} />} after={<MarkdownText text={after} />} />
  if (kind === 'added' || kind === 'moved') return <MarkdownText text={after === '' ? before : after} />
  if (kind === 'removed') return <MarkdownText text={before} />
  if (before !== after) return <WordsDiff before={before} after={after} />
  return (
    <Stack gap={6}>
      <Text size="sm" c="dimmed">
        It reads the same; only its storage differs.
      </Text>
      <WordsDiff before={beforeStorage} after={afterStorage} isCode />
    </Stack>
  )
}

type SidesProps = { step: BlockStep; before: ReactNode; after: ReactNode }

function Sides({ step: { kind }, before, after }: SidesProps) {
  if (kind === 'added' || kind === 'moved') return after
  if (kind === 'removed') return before
  return (
    <div className={classes.sides}>
      <section aria-label="Before">
        <Text size="xs" c="dimmed" fw={600}>
          Before
        </Text>
        {before}
      </section>
      <section aria-label="After">
        <Text size="xs" c="dimmed" fw={600}>
          After
        </Text>
        {after}
      </section>
    </div>
  )
}

function Raw({ text }: { text: string }) {
  return <pre className={classes.raw}>{text}</pre>
}

import { Card, Group, Radio, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { MarkdownText } from '../text/lazy-markdown.tsx'
import { WordsDiff } from '../text/words-diff.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { type ConflictPart, chosenStorage } from './choices.ts'
import classes from './conflict.module.css'
import type { Choice } from './draft.ts'
import type { Sides } from './sides.ts'
import { TextField } from './text-field.tsx'

type Side = ConflictPart['mine']
const VIEWS = [
  { value: 'text', label: 'Text' },
  { value: 'changes', label: 'Changes' },
  { value: 'storage', label: 'Storage' },
] as const
type View = (typeof VIEWS)[number]['value']

type ConflictBlockProps = {
  part: ConflictPart
  name: string
  sides: Sides
  choice: Choice | null
  onChoose: (choice: Choice) => void
}

/** One place that both changed: one side beside the other, what it was before, and which of them is to stay. */
export function ConflictBlock({ part, name, sides, choice, onChoose }: ConflictBlockProps) {
  const [view, setView] = useState<View>('text')
  const [isBaseOpen, setBaseOpen] = useState(false)
  const { base, mine, theirs } = part
  return (
    <Card component="section" withBorder radius="lg" padding="md" aria-label={name}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Title order={3} fz="sm">
            {name}
          </Title>
          <SegmentedControl
            size="xs"
            aria-label={`Show ${name.toLowerCase()} as`}
            data={[...VIEWS]}
            value={view}
            onChange={(next) => setView(VIEWS.find(({ value }) => value === next)?.value ?? 'text')}
          />
        </Group>
        <div className={classes.sides}>
          <SideView name={sides.mine} side={mine} base={base} view={view} isChosen={isKept(choice, 'mine')} />
          <SideView name={sides.theirs} side={theirs} base={base} view={view} isChosen={isKept(choice, 'theirs')} />
        </div>
        <Disclosure label="What it was before" open={isBaseOpen} onToggle={setBaseOpen}>
          <SideText side={base} base={base} view={view === 'storage' ? 'storage' : 'text'} />
        </Disclosure>
        <Radio.Group
          label="Keep"
          value={choice?.take ?? null}
          onChange={(take) => {
            if (take === 'own')
              onChoose({ take, storage: choice === null ? mine.storage : chosenStorage(part, choice) })
            else if (take === 'mine' || take === 'theirs' || take === 'both') onChoose({ take })
          }}
        >
          <Group gap="lg" mt={6}>
            <Radio value="mine" label={sides.mine} />
            <Radio value="theirs" label={sides.theirs} />
            <Radio value="both" label={sides.both} />
            <Radio value="own" label="Edit by hand" />
          </Group>
        </Radio.Group>
        {choice?.take === 'own' && (
          <TextField
            label={`${name}, written by hand in storage format`}
            format="storage"
            minHeight={120}
            value={choice.storage}
            onChange={(storage) => onChoose({ take: 'own', storage })}
          />
        )}
      </Stack>
    </Card>
  )
}

function isKept(choice: Choice | null, side: 'mine' | 'theirs'): boolean {
  return choice?.take === side || choice?.take === 'both'
}

type SideViewProps = { name: string; side: Side; base: Side; view: View; isChosen: boolean }

function SideView({ name, side, base, view, isChosen }: SideViewProps) {
  return (
    <section aria-label={name} className={classes.side} data-chosen={isChosen || undefined}>
      <Text size="xs" c="dimmed" fw={600} mb={4}>
        {name}
      </Text>
      <SideText side={side} base={base} view={view} />
    </section>
  )
}

function SideText({ side, base, view }: { side: Side; base: Side; view: View }) {
  if (side.storage.trim() === '') return <Text c="dimmed">It is deleted.</Text>
  if (view === 'storage') return <pre className={classes.raw}>{side.storage}</pre>
  if (view === 'text') return <MarkdownText text={side.markdown} />
  if (side.markdown !== base.markdown) return <WordsDiff before={base.markdown} after={side.markdown} />
  return <WordsDiff before={base.storage} after={side.storage} isCode />
}

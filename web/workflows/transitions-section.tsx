import { Badge, Button, Text } from '@mantine/core'
import { IconArrowRight, IconPlus } from '@tabler/icons-react'
import type { Draft, DraftTransition } from './draft.ts'
import { moved, replaced } from './edit.ts'
import { useEditor } from './editor-context.ts'
import { Item, Items } from './item.tsx'
import { Section } from './section.tsx'
import { TransitionFields } from './transition-fields.tsx'

/** The steps from one status to another. */
export function TransitionsSection() {
  const { draft, change, show } = useEditor()
  const statuses = draft.statuses ?? []
  const transitions = draft.transitions ?? []
  if (statuses.length === 0) return null

  function add(): void {
    change((present) => ({ ...present, transitions: [...(present.transitions ?? []), newTransition(present)] }))
    show(`transitions.${transitions.length}.name`)
  }

  const set = (index: number, next: DraftTransition | undefined) =>
    change((present) => ({ ...present, transitions: replaced(present.transitions ?? [], index, next) }))

  return (
    <Section
      title="Transitions"
      lead="The steps that people take, as buttons on the page."
      action={
        <Button variant="light" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
          Add transition
        </Button>
      }
    >
      {transitions.length > 0 && (
        <Items label="Transitions">
          {transitions.map((transition, index) => (
            <Item
              key={index}
              path={`transitions.${index}`}
              called={`transition ${transition.name === '' ? index + 1 : transition.name}`}
              title={<Title transition={transition} />}
              summary={<FromTo draft={draft} transition={transition} />}
              isFirst={index === 0}
              isLast={index === transitions.length - 1}
              onMove={(by) =>
                change((present) => ({ ...present, transitions: moved(present.transitions ?? [], index, by) }))
              }
              onRemove={() => set(index, undefined)}
            >
              <TransitionFields
                path={`transitions.${index}`}
                transition={transition}
                onChange={(next) => set(index, next)}
              />
            </Item>
          ))}
        </Items>
      )}
    </Section>
  )
}

function Title({ transition: { name, approvals } }: { transition: DraftTransition }) {
  return (
    <>
      {name === '' ? (
        <Text span c="dimmed" size="sm">
          Without a name
        </Text>
      ) : (
        name
      )}
      {approvals !== undefined && (
        <Badge variant="light" color="green">
          {approvals.minimum === 'all' ? 'all approve' : `${approvals.minimum} to approve`}
        </Badge>
      )}
    </>
  )
}

function FromTo({ draft, transition }: { draft: Draft; transition: DraftTransition }) {
  return (
    <>
      {nameOf(draft, transition.from)} <IconArrowRight size={12} aria-label="to" style={{ verticalAlign: '-1px' }} />{' '}
      {nameOf(draft, transition.to)}
    </>
  )
}

function nameOf(draft: Draft, id: string): string {
  const name = draft.statuses?.find((status) => status.id === id)?.name
  return name === undefined || name === '' ? id : name
}

/** The step from the first status that none leaves yet to the one after it. */
function newTransition({ statuses = [], transitions = [] }: Draft): DraftTransition {
  const at = statuses.findIndex(
    ({ id }, index) => index < statuses.length - 1 && !transitions.some(({ from }) => from === id),
  )
  const from = statuses[Math.max(at, 0)]?.id ?? ''
  return { from, to: statuses[Math.max(at, 0) + 1]?.id ?? from, name: '' }
}

import { Button, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { DraftTrigger } from './draft.ts'
import { eventsOf, moved, replaced, slugOf } from './edit.ts'
import { useEditor } from './editor-context.ts'
import { Item, Items } from './item.tsx'
import { Section } from './section.tsx'
import { TriggerFields } from './trigger-fields.tsx'
import { actionWords, conditionWords, eventNames } from './words.ts'

/** What is done when something happens. */
export function TriggersSection() {
  const { draft, change, show } = useEditor()
  const triggers = draft.triggers ?? []

  function add(): void {
    const taken = triggers.map(({ id }) => id)
    const on = (draft.statuses ?? []).length > 0 ? ('status.changed' as const) : ('page.updated' as const)
    change((present) => ({
      ...present,
      triggers: [...(present.triggers ?? []), { id: slugOf('trigger', taken, 'trigger'), on, do: [] }],
    }))
    show(`triggers.${triggers.length}.name`)
  }

  const set = (index: number, next: DraftTrigger | undefined) =>
    change((present) => ({ ...present, triggers: replaced(present.triggers ?? [], index, next) }))

  return (
    <Section
      title="Triggers"
      lead="When something happens and the conditions hold, actions are done."
      action={
        <Button variant="light" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
          Add trigger
        </Button>
      }
    >
      {triggers.length > 0 && (
        <Items label="Triggers">
          {triggers.map((trigger, index) => (
            <Item
              key={index}
              path={`triggers.${index}`}
              called={`trigger ${trigger.name ?? trigger.id}`}
              title={trigger.name ?? eventWords(trigger)}
              summary={<Summary trigger={trigger} />}
              isFirst={index === 0}
              isLast={index === triggers.length - 1}
              onMove={(by) => change((present) => ({ ...present, triggers: moved(present.triggers ?? [], index, by) }))}
              onRemove={() => set(index, undefined)}
            >
              <TriggerFields path={`triggers.${index}`} trigger={trigger} onChange={(next) => set(index, next)} />
            </Item>
          ))}
        </Items>
      )}
    </Section>
  )
}

function Summary({ trigger }: { trigger: DraftTrigger }) {
  return (
    <>
      {eventWords(trigger)}
      {trigger.if !== undefined && `, if ${conditionWords(trigger.if)}`}
      {' → '}
      {trigger.do.length === 0 ? (
        <Text span size="xs" c="dimmed">
          nothing yet
        </Text>
      ) : (
        trigger.do.map(actionWords).join('; ')
      )}
    </>
  )
}

function eventWords(trigger: DraftTrigger): string {
  const events = eventsOf(trigger)
  return events.length === 0 ? 'No event yet' : events.map((event) => eventNames[event]).join(' or ')
}

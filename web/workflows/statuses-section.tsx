import { Badge, Button, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { addStatus, changeStatus, moved, removeStatus } from './edit.ts'
import { useEditor } from './editor-context.ts'
import { durationWords } from './duration.ts'
import type { DraftStatus } from './draft.ts'
import { Item, Items } from './item.tsx'
import { Section } from './section.tsx'
import { StatusDot } from './status-dot.tsx'
import { StatusFields } from './status-fields.tsx'

/** Where a page can stand. */
export function StatusesSection() {
  const { draft, saved, change, show } = useEditor()
  const statuses = draft.statuses ?? []
  const savedIds = (saved?.definition.statuses ?? []).map(({ id }) => id)

  function add(): void {
    change(addStatus)
    show(`statuses.${statuses.length}.name`)
  }

  return (
    <Section
      title="Statuses"
      lead="Where a page can stand. Without any, the workflow is an automation: triggers alone."
      action={
        <Button variant="light" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
          Add status
        </Button>
      }
    >
      {statuses.length > 0 && (
        <Items label="Statuses">
          {statuses.map((status, index) => (
            <Item
              key={index}
              path={`statuses.${index}`}
              called={`status ${status.name === '' ? index + 1 : status.name}`}
              title={
                <>
                  <StatusDot colour={status.colour} />
                  {status.name === '' ? (
                    <Text span c="dimmed" size="sm">
                      Without a name
                    </Text>
                  ) : (
                    status.name
                  )}
                  {status.id === draft.initial && <Badge variant="light">first</Badge>}
                  {status.final === true && (
                    <Badge variant="light" color="green">
                      final
                    </Badge>
                  )}
                </>
              }
              summary={expiryWords(status, statuses)}
              isFirst={index === 0}
              isLast={index === statuses.length - 1}
              onMove={(by) => change((present) => ({ ...present, statuses: moved(present.statuses ?? [], index, by) }))}
              onRemove={() => change((present) => removeStatus(present, index))}
            >
              <StatusFields
                path={`statuses.${index}`}
                status={status}
                onChange={(next) => change((present) => changeStatus(present, index, next, savedIds))}
              />
            </Item>
          ))}
        </Items>
      )}
    </Section>
  )
}

function expiryWords({ expiresAfter, onExpiry }: DraftStatus, statuses: readonly DraftStatus[]): string | undefined {
  if (expiresAfter === undefined) return undefined
  const target = statuses.find(({ id }) => id === onExpiry)
  const after = `After ${durationWords(expiresAfter) ?? '…'}`
  return target === undefined ? `${after}: overdue` : `${after}: to ${target.name}`
}

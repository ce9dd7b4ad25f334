import { Button, Input, Menu } from '@mantine/core'
import { IconChevronDown, IconPlus } from '@tabler/icons-react'
import type { EventType } from '#schema/workflow.ts'
import { ActionFields } from './action-fields.tsx'
import type { Draft, DraftAction } from './draft.ts'
import { moved, replaced } from './edit.ts'
import { useEditor, useField } from './editor-context.ts'
import { Item, Items } from './item.tsx'
import { actionNames, actionWords } from './words.ts'

type ActionsListProps = {
  path: string
  events: readonly EventType[]
  actions: readonly DraftAction[]
  onChange: (next: DraftAction[]) => void
}

/** What a trigger does, in its order. */
export function ActionsList({ path, events, actions, onChange }: ActionsListProps) {
  const { draft, show } = useEditor()
  const { error } = useField(path)

  function add(type: DraftAction['type']): void {
    onChange([...actions, newAction(type, draft)])
    show(`${path}.${actions.length}`)
  }

  return (
    <Input.Wrapper label="Then" labelElement="div" error={error}>
      {actions.length > 0 && (
        <Items label="Actions">
          {actions.map((action, index) => (
            <Item
              key={index}
              path={`${path}.${index}`}
              called={`action ${index + 1}`}
              title={actionNames[action.type]}
              summary={actionWords(action)}
              isFirst={index === 0}
              isLast={index === actions.length - 1}
              onMove={(by) => onChange(moved(actions, index, by))}
              onRemove={() => onChange(replaced(actions, index, undefined))}
            >
              <ActionFields
                path={`${path}.${index}`}
                events={events}
                action={action}
                onChange={(next) => onChange(replaced(actions, index, next))}
              />
            </Item>
          ))}
        </Items>
      )}
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            variant="default"
            size="xs"
            mt={actions.length > 0 ? 8 : 4}
            data-path={path}
            leftSection={<IconPlus size={14} aria-hidden />}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            Add action
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {types
            .filter((type) => (draft.statuses ?? []).length > 0 || !ofStatuses.includes(type))
            .map((type) => (
              <Menu.Item key={type} onClick={() => add(type)}>
                {actionNames[type]}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
    </Input.Wrapper>
  )
}

const types: readonly DraftAction['type'][] = [
  'authenticated-webhook',
  'webhook',
  'set-status',
  'notify',
  'assign',
  'comment',
  'add-label',
  'remove-label',
]

/** An automation has neither statuses nor assignees. */
const ofStatuses: readonly DraftAction['type'][] = ['set-status', 'assign']

function newAction(type: DraftAction['type'], { statuses = [] }: Draft): DraftAction {
  switch (type) {
    case 'authenticated-webhook':
      return { type, credentialId: '', url: '' }
    case 'webhook':
      return { type, url: '' }
    case 'set-status':
      return { type, status: statuses[0]?.id ?? '' }
    case 'add-label':
    case 'remove-label':
      return { type, label: '' }
    case 'assign':
      return { type, to: 'author' }
    case 'notify':
      return { type, to: [], text: '' }
    case 'comment':
      return { type, text: '' }
    default:
      throw new Error(`unknown action ${String(type satisfies never)}`)
  }
}

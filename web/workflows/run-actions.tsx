import { Text } from '@mantine/core'
import type { RunAction } from '#schema/workflow-api.ts'
import { TextLink } from '../ui/link.tsx'
import classes from './run-actions.module.css'
import { actionNames } from './words.ts'

/** What each action of a run came to; webhooks lead to their delivery. */
export function RunActions({ actions }: { actions: readonly RunAction[] }) {
  return (
    <ul className={classes.list}>
      {actions.map((action) => (
        <li key={action.id}>
          {action.deliveryId === null ? (
            nameOf(action.type)
          ) : (
            <TextLink to="/settings/deliveries/$id" params={{ id: action.deliveryId }} size="sm">
              {nameOf(action.type)}
            </TextLink>
          )}
          <Text size="xs" c={action.status === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'}>
            {statusWords[action.status]}
            {action.detail !== null && `: ${action.detail}`}
          </Text>
        </li>
      ))}
    </ul>
  )
}

const statusWords: Record<RunAction['status'], string> = {
  done: 'done',
  working: 'on its way',
  failed: 'failed',
  skipped: 'skipped',
}

function nameOf(type: string): string {
  return Object.entries(actionNames).find(([one]) => one === type)?.[1] ?? type
}

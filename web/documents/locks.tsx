import { Badge, Group, Text } from '@mantine/core'
import { IconLock, IconLockOpen2 } from '@tabler/icons-react'
import type { ReadLock } from '#schema/read-access.ts'
import { formatTime } from '../ui/format.ts'
import classes from './locks.module.css'

/** The locks on the way to a document, the space's first, the page's own last. All must open. */
export function Locks({ locks }: { locks: readonly ReadLock[] }) {
  return (
    <ol className={classes.locks} aria-label="Locks, from the space to the page">
      {locks.map((lock, index) => (
        <li key={index} className={classes.lock} data-open={lock.opens || undefined}>
          <span className={classes.gate}>
            {lock.opens ? <IconLockOpen2 size={18} aria-label="Open" /> : <IconLock size={18} aria-label="Shut" />}
          </span>
          <Lock lock={lock} />
        </li>
      ))}
    </ol>
  )
}

const ON = { space: 'Space', document: 'Page', unknown: 'Unknown place' } as const

function Lock({ lock: { on, title, opens, principals, failed, readAt } }: { lock: ReadLock }) {
  return (
    <div className={classes.said}>
      <Text size="sm">
        <Text span c="dimmed">
          {ON[on]}
        </Text>{' '}
        <strong>{title}</strong> {opens ? 'is open' : 'is shut'}
      </Text>
      {failed !== null && (
        <Text size="sm" c="var(--mantine-color-error)">
          {failed}
        </Text>
      )}
      {principals.length > 0 ? (
        <Group gap={6} mt={4}>
          {principals.map(({ kind, id, name, isMe }) => (
            <Badge
              key={`${kind} ${id}`}
              size="sm"
              variant={isMe ? 'filled' : 'light'}
              color={isMe ? 'water' : 'gray'}
              title={kind}
            >
              {name}
            </Badge>
          ))}
        </Group>
      ) : (
        failed === null && (
          <Text size="xs" c="dimmed">
            It opens for nobody.
          </Text>
        )
      )}
      {readAt !== null && (
        <Text size="xs" c="dimmed" mt={4}>
          As Confluence told on {formatTime(readAt)}
        </Text>
      )}
    </div>
  )
}

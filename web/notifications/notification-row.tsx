import { Anchor, Text, VisuallyHidden } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { IconCheck } from '@tabler/icons-react'
import type { MouseEvent } from 'react'
import type { Notification } from '#schema/credential.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Moment } from '../ui/moment.tsx'
import classes from './notifications.module.css'

type RowProps = { notification: Notification; onRead: () => void; onLeave: () => void }

/** Following its link marks it as read too. */
export function NotificationRow({ notification, onRead, onLeave }: RowProps) {
  const { title, text, link, at, readAt } = notification
  const { history } = useRouter()
  const isUnread = readAt === null

  function follow(event: MouseEvent, to: string): void {
    if (isUnread) onRead()
    // With a key held, or another button, the browser opens it elsewhere.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    onLeave()
    history.push(to)
  }

  return (
    <li className={classes.row} data-unread={isUnread || undefined}>
      <div className={classes.words}>
        {isUnread && <VisuallyHidden>Unread: </VisuallyHidden>}
        {link === null ? (
          <Text component="span" size="sm" fw={600} lh={1.35} display="block">
            {title}
          </Text>
        ) : (
          <Anchor
            href={link}
            size="sm"
            fw={600}
            lh={1.35}
            display="inline-block"
            onClick={(event) => follow(event, link)}
          >
            {title}
          </Anchor>
        )}
        <Text size="sm" mt={2}>
          {text}
        </Text>
        <Text size="xs" c="dimmed" mt={2}>
          <Moment time={at} />
        </Text>
      </div>
      {isUnread && (
        <IconButton label={`Mark as read: ${title}`} onClick={onRead}>
          <IconCheck size={18} aria-hidden />
        </IconButton>
      )}
    </li>
  )
}

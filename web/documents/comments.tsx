import { Badge, Card, Group, Stack, Switch, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconMessage } from '@tabler/icons-react'
import { useState } from 'react'
import type { Comment } from '#schema/document-parts.ts'
import { commentsQuery } from '../api/document-parts.ts'
import { itemsOf } from '../api/paged.ts'
import { Rendered } from '../text/rendered.tsx'
import { Face } from '../ui/faces.tsx'
import { count } from '../ui/format.ts'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import classes from './comments.module.css'
import { type Thread, threadsOf } from './threads.ts'

/** What people said about a document: about places in its text, and about all of it. */
export function Comments({ document: { id } }: { document: { id: string } }) {
  const comments = useInfiniteQuery(commentsQuery(id))
  const [showResolved, setShowResolved] = useState(false)
  return (
    <Loaded query={comments}>
      {({ pages }) => {
        const threads = threadsOf(itemsOf(pages))
        if (threads.length === 0) {
          return (
            <Face icon={<IconMessage />} title="No comments">
              What is said about this page in Confluence appears here.
            </Face>
          )
        }
        const resolved = threads.filter(({ comment }) => comment.resolution === 'resolved')
        const shown = showResolved ? threads : threads.filter((thread) => !resolved.includes(thread))
        return (
          <Stack gap="lg">
            {resolved.length > 0 && (
              <Switch
                label={`Show ${count(resolved.length, 'resolved thread')}`}
                checked={showResolved}
                onChange={(event) => setShowResolved(event.currentTarget.checked)}
              />
            )}
            <Threads title="In the text" threads={shown.filter(({ comment }) => comment.kind === 'inline')} />
            <Threads title="On the page" threads={shown.filter(({ comment }) => comment.kind === 'footer')} />
            <LoadMore query={comments} />
          </Stack>
        )
      }}
    </Loaded>
  )
}

function Threads({ title, threads }: { title: string; threads: readonly Thread[] }) {
  if (threads.length === 0) return null
  return (
    <section aria-label={title}>
      <Title order={2} fz="md" mb="sm">
        {title}
      </Title>
      <Stack gap="sm">
        {threads.map((thread) => (
          <Card key={thread.comment.id} withBorder radius="lg" padding="md">
            {thread.comment.selection !== null && (
              <blockquote className={classes.selection}>{thread.comment.selection}</blockquote>
            )}
            <Said thread={thread} />
          </Card>
        ))}
      </Stack>
    </section>
  )
}

function Said({ thread: { comment, replies } }: { thread: Thread }) {
  return (
    <>
      <Head comment={comment} />
      <div className={classes.words}>
        <Rendered html={comment.html} />
      </div>
      {replies.length > 0 && (
        <ul className={classes.replies} aria-label="Replies">
          {replies.map((reply) => (
            <li key={reply.comment.id}>
              <Said thread={reply} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

const RESOLUTIONS = {
  open: undefined,
  reopened: { name: 'Opened again', color: 'blue' },
  resolved: { name: 'Resolved', color: 'green' },
  dangling: { name: 'Its text is gone', color: 'gray' },
} as const

function Head({ comment: { author, createdAt, updatedAt, resolution } }: { comment: Comment }) {
  const state = resolution === null ? undefined : RESOLUTIONS[resolution]
  return (
    <Group gap="xs">
      <Text size="sm" fw={600}>
        {author ?? 'Somebody'}
      </Text>
      {createdAt !== null && (
        <Text size="xs" c="dimmed">
          <Moment time={createdAt} />
          {updatedAt !== null && updatedAt !== createdAt && ', edited'}
        </Text>
      )}
      {state !== undefined && (
        <Badge size="sm" variant="light" color={state.color}>
          {state.name}
        </Badge>
      )}
    </Group>
  )
}

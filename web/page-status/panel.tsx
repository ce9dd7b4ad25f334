import { Alert, Badge, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { PageStatus } from '#schema/page-status.ts'
import { pageStatusesQuery } from '../api/page-status.ts'
import { formatDate } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { History } from './history.tsx'
import { Steps } from './steps.tsx'
import { StatusBadge } from './status-badge.tsx'
import classes from './panel.module.css'
import { nameOf } from './words.ts'

/** Where a page stands in each of its workflows, and what can be done next. Nothing for a page that is in none. */
export function PageStatusPanel({ documentId }: { documentId: string }) {
  const { data: items, error } = useQuery(pageStatusesQuery(documentId))
  if (items === undefined) {
    return error === null ? null : (
      <aside className={classes.panel} aria-label="Workflows">
        <Alert color="red" title="Its status could not be loaded">
          {error.message}
        </Alert>
      </aside>
    )
  }
  if (items.length === 0) return null
  return (
    <aside className={classes.panel} aria-label="Workflows">
      {items.map((item) => (
        <Standing key={item.workflow.id} documentId={documentId} item={item} />
      ))}
    </aside>
  )
}

function Standing({ documentId, item }: { documentId: string; item: PageStatus }) {
  const { workflow, status, since, by, isOverdue, expiresAt, assignee, next, history } = item
  return (
    <Card component="section" withBorder padding="md" radius="lg" aria-label={workflow.name}>
      <Stack gap="sm">
        <Stack gap={6}>
          <Title order={2} fz="sm" c="dimmed" fw={600}>
            {workflow.name}
          </Title>
          <Group gap="xs">
            <StatusBadge status={status} size="lg" />
            {isOverdue && (
              <Badge color="red" variant="light" size="lg">
                Overdue
              </Badge>
            )}
            <Text size="sm" c="dimmed">
              set <Moment time={since} />
              {by !== null && by.id !== 'system' && ` by ${nameOf(by)}`}
            </Text>
          </Group>
          {expiresAt !== null && (
            <Text size="sm" c={isOverdue ? 'var(--mantine-color-error)' : 'dimmed'}>
              {isOverdue ? 'It was due on' : 'Until'} {formatDate(expiresAt)}
            </Text>
          )}
          {assignee !== null && <Text size="sm">Assigned to {nameOf(assignee)}</Text>}
        </Stack>
        {next.length > 0 && <Steps documentId={documentId} item={item} />}
        {history.length > 0 && <History changes={history} />}
      </Stack>
    </Card>
  )
}

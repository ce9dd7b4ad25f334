import { Card, Group, Text, Title } from '@mantine/core'
import type { SpaceReport } from '#schema/page-status.ts'
import { count, formatNumber } from '../ui/format.ts'
import { TextLink } from '../ui/link.tsx'
import classes from './report.module.css'

export type ReportedWorkflow = SpaceReport['workflows'][number]
type WorkflowBarProps = { workflow: ReportedWorkflow; spaceKey: string }

/** A workflow's pages as one bar, part by part, with a line for each status below it. */
export function WorkflowBar({ workflow: { id, name, statuses }, spaceKey }: WorkflowBarProps) {
  const pages = sumOf(statuses.map((one) => one.pages))
  const overdue = sumOf(statuses.map((one) => one.overdue))
  const to = { to: '/spaces/$key/report', params: { key: spaceKey }, resetScroll: false } as const
  return (
    <Card component="section" withBorder padding="lg" radius="lg" aria-label={name}>
      <Group justify="space-between" gap="xs" mb="sm">
        <Title order={2}>{name}</Title>
        <Group gap="md">
          <TextLink {...to} search={{ workflow: id }} size="sm">
            {count(pages, 'page')}
          </TextLink>
          {overdue > 0 && (
            <TextLink {...to} search={{ workflow: id, overdue: 'true' }} size="sm" c="var(--mantine-color-error)">
              {formatNumber(overdue)} overdue
            </TextLink>
          )}
        </Group>
      </Group>
      {pages > 0 && (
        <div className={classes.bar} aria-hidden>
          {statuses
            .filter((one) => one.pages > 0)
            .map(({ status, pages: here }) => (
              <div key={status.id} style={{ flexGrow: here, background: colourOf(status.colour) }} />
            ))}
        </div>
      )}
      <ul className={classes.legend}>
        {statuses.map(({ status, pages: here, overdue: late }) => (
          <li key={status.id}>
            <span className={classes.dot} style={{ background: colourOf(status.colour) }} aria-hidden />
            <TextLink {...to} search={{ workflow: id, status: status.id }} className={classes.name}>
              {status.name}
            </TextLink>
            <span className={classes.counts}>
              <Text span size="sm">
                {count(here, 'page')}
                {here > 0 && ` (${Math.round((here / pages) * 100)} %)`}
              </Text>
              {late > 0 && (
                <TextLink
                  {...to}
                  search={{ workflow: id, status: status.id, overdue: 'true' }}
                  size="sm"
                  c="var(--mantine-color-error)"
                  aria-label={`${formatNumber(late)} overdue in ${status.name}`}
                >
                  {formatNumber(late)} overdue
                </TextLink>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function colourOf(colour: string): string {
  return `var(--mantine-color-${colour}-6)`
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

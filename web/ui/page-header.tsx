import { Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import { announce } from './announcer.tsx'

type PageHeaderProps = { title: string; lead?: ReactNode; above?: ReactNode; actions?: ReactNode }

/** A page's one h1; also names the document and announces the page to screen readers. */
export function PageHeader({ title, lead, above, actions }: PageHeaderProps) {
  useEffect(() => announce(title), [title])
  return (
    <Stack gap={6} mb="lg">
      <title>{`${title} · Lockkeeper`}</title>
      {above}
      <Group justify="space-between" align="flex-start" gap="sm">
        <Title order={1} style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
          {title}
        </Title>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {lead !== undefined && (
        <Text c="dimmed" maw={720}>
          {lead}
        </Text>
      )}
    </Stack>
  )
}

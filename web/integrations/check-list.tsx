import { Group, List, Text, ThemeIcon } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import type { Check } from '#schema/integration.ts'
import { humanise } from './state.ts'

/** Each check of a connection: passed, or failed and what to do. */
export function CheckList({ checks }: { checks: readonly Check[] }) {
  return (
    <List listStyleType="none" spacing="sm" aria-label="Checks">
      {checks.map((check) => (
        <List.Item key={check.name}>
          <Group wrap="nowrap" align="flex-start" gap="sm">
            <ThemeIcon size={22} radius="xl" variant="light" color={check.ok ? 'green' : 'red'}>
              {check.ok ? <IconCheck size={14} aria-label="Passed:" /> : <IconX size={14} aria-label="Failed:" />}
            </ThemeIcon>
            <div style={{ minWidth: 0 }}>
              <Text fw={600}>{humanise(check.name)}</Text>
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {check.detail}
              </Text>
            </div>
          </Group>
        </List.Item>
      ))}
    </List>
  )
}

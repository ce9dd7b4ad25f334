import { Badge, Group, Loader } from '@mantine/core'
import type { Integration } from '#schema/integration.ts'
import { badgesOf } from './state.ts'

/** An integration's state in a few words. */
export function Badges({ integration }: { integration: Integration }) {
  return (
    <Group gap={6}>
      {badgesOf(integration).map(({ label, color, busy }) => (
        <Badge
          key={label}
          color={color}
          variant="light"
          leftSection={busy === true && <Loader size={10} color="currentColor" aria-hidden />}
        >
          {label}
        </Badge>
      ))}
    </Group>
  )
}

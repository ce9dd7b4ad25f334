import { Badge, Stack, Text } from '@mantine/core'
import type { Credential } from '#schema/credential.ts'
import { stateBadge } from './words.ts'

/** A credential's state; `detailed` adds the sentence that says why. */
export function StateBadge({ credential, detailed = false }: { credential: Credential; detailed?: boolean }) {
  const { label, color } = stateBadge(credential)
  return (
    <Stack gap={4} align="flex-start">
      <Badge color={color} variant="light" miw="max-content">
        {label}
      </Badge>
      {detailed && credential.state !== 'expires-soon' && credential.stateDetail !== null && (
        <Text size="sm">{credential.stateDetail}</Text>
      )}
    </Stack>
  )
}

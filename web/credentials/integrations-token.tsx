import { Card, Group, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { scopeQuery } from '../api/credentials.ts'
import { ReasonButton } from '../ui/reason-button.tsx'
import { RotateToken } from './rotate-token.tsx'
import { RotationProgress } from './rotation-progress.tsx'
import { TokenFacts } from './token-panel.tsx'

/** The token of the integrations' API keys. It can be rotated, no more: re-generating would cut every integration off. */
export function IntegrationsToken() {
  const { data: state } = useQuery(scopeQuery('integrations'))
  const [asking, ask] = useDisclosure()
  if (state === undefined || state.key === null) return null
  return (
    <Card component="section" withBorder padding="md" radius="lg" aria-label="Token of integrations">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Stack gap="xs" style={{ flex: '1 1 300px', minWidth: 0 }}>
            <Title order={2}>Token of integrations</Title>
            <Text size="sm" c="dimmed" maw={640}>
              Seals the API keys of integrations, apart from everything above. The keys themselves are changed at their
              integration.
            </Text>
            <TokenFacts tokenKey={state.key} />
          </Stack>
          <ReasonButton
            variant="default"
            disabledReason={state.key.rotation === null ? undefined : 'The token is being rotated.'}
            onClick={ask.open}
            aria-label="Rotate token of integrations"
          >
            Rotate token
          </ReasonButton>
        </Group>
        <RotationProgress tokenKey={state.key} />
      </Stack>
      <RotateToken scope="integrations" opened={asking} onClose={ask.close} />
    </Card>
  )
}

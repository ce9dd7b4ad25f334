import { Button, Card, Code, Group, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import type { ScopeKey, ScopeState } from '#schema/credential.ts'
import { generateKey } from '../api/credentials.ts'
import { formatTime } from '../ui/format.ts'
import { notifySuccess } from '../ui/notify.ts'
import { ReasonButton } from '../ui/reason-button.tsx'
import { Facts } from '../ui/facts.tsx'
import { usePlace } from './place.ts'
import { useRefresh } from './refresh.ts'
import { RotateToken } from './rotate-token.tsx'
import { RotationProgress } from './rotation-progress.tsx'
import { nameOf } from './words.ts'

/** The scope's token: asks to generate it, or says which it is and offers to renew it. */
export function TokenPanel({ state }: { state: ScopeState }) {
  return (
    <Card component="section" withBorder padding="md" radius="lg" aria-label="Token">
      {state.key === null ? <NoToken state={state} /> : <Token state={state} tokenKey={state.key} />}
    </Card>
  )
}

function NoToken({ state }: { state: ScopeState }) {
  const refresh = useRefresh()
  const generate = useMutation({
    mutationFn: () => generateKey(state.scope),
    onSuccess: (key) => notifySuccess('The token was generated', `Its fingerprint is ${key.fingerprint}.`),
    onSettled: refresh,
  })
  return (
    <Stack gap="sm" align="flex-start">
      <Title order={2}>A token must be generated first</Title>
      <Text maw={720}>
        Credentials of {scopeWords(state)} are sealed with a token of their own. It is made once, is kept under
        Lockkeeper’s root key and never leaves it: there is nothing to copy or to keep safe.
      </Text>
      {state.mayAdministrate ? (
        <Button loading={generate.isPending} onClick={() => generate.mutate()}>
          Generate token
        </Button>
      ) : (
        <Text c="dimmed">Only {adminWords(state)} can generate it.</Text>
      )}
    </Stack>
  )
}

function Token({ state, tokenKey }: { state: ScopeState; tokenKey: ScopeKey }) {
  const { open } = usePlace()
  const [asking, ask] = useDisclosure()
  const rotating = tokenKey.rotation === null ? undefined : 'The token is being rotated.'
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap="xs" style={{ minWidth: 0 }}>
          <Title order={2}>Token</Title>
          <TokenFacts tokenKey={tokenKey} />
        </Stack>
        {state.mayAdministrate && (
          <Group gap="xs">
            <ReasonButton variant="default" disabledReason={rotating} onClick={ask.open}>
              Rotate token
            </ReasonButton>
            <ReasonButton variant="light" color="red" disabledReason={rotating} onClick={() => open('regenerate')}>
              Re-generate token
            </ReasonButton>
          </Group>
        )}
      </Group>
      <RotationProgress tokenKey={tokenKey} />
      <RotateToken scope={state.scope} opened={asking} onClose={ask.close} />
    </Stack>
  )
}

export function TokenFacts({ tokenKey }: { tokenKey: ScopeKey }) {
  const { fingerprint, version, createdAt, createdBy } = tokenKey
  return (
    <Facts
      facts={[
        ['Fingerprint', <Code key="fingerprint">{fingerprint}</Code>],
        ['Version', version],
        [
          'Generated',
          <span key="generated">
            {formatTime(createdAt)} by {nameOf(createdBy)}
          </span>,
        ],
      ]}
    />
  )
}

function scopeWords({ scope, name }: ScopeState): string {
  return scope === 'global' ? 'the whole deployment' : `the space ${name}`
}

function adminWords({ scope, name }: ScopeState): string {
  return scope === 'global' ? 'a platform admin' : `an admin of the space ${name}`
}

import { Badge, Group, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconBuildingLighthouse, IconWorld } from '@tabler/icons-react'
import type { Credential } from '#schema/credential.ts'
import { pickableCredentialsQuery } from '../api/workflows.ts'
import { useEditor, useField } from './editor-context.ts'

type CredentialPickerProps = { path: string; id: string; onChange: (id: string) => void }

/** Chooses a credential of the space or of the whole of Lockkeeper, told apart by a word and a colour. */
export function CredentialPicker({ path, id, onChange }: CredentialPickerProps) {
  const { scope } = useEditor()
  const { data: credentials, isPending } = useQuery(pickableCredentialsQuery(scope))
  const chosen = credentials?.find((credential) => credential.id === id)
  const choices = (credentials ?? []).map(({ id: value, name }) => ({ value, label: name }))
  const isHidden = id !== '' && chosen === undefined && !isPending
  return (
    <Select
      label="Credential"
      required
      description={<Domains credential={chosen} />}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      placeholder={isPending ? 'Loading …' : 'Choose a credential'}
      searchable
      allowDeselect={false}
      nothingFoundMessage={choices.length === 0 ? noneWords(scope) : 'No credential is called so.'}
      rightSection={chosen !== undefined && <ScopeBadge scope={chosen.scope} />}
      rightSectionWidth={chosen === undefined ? undefined : 104}
      rightSectionPointerEvents="none"
      {...useField(path)}
      data={isHidden ? [{ value: id, label: 'A credential that you may not see' }, ...choices] : choices}
      renderOption={({ option }) => <Choice credential={credentials?.find((one) => one.id === option.value)} />}
      value={id === '' ? null : id}
      onChange={(value) => onChange(value ?? '')}
    />
  )
}

function Choice({ credential }: { credential: Credential | undefined }) {
  if (credential === undefined) return <Text size="sm">A credential that you may not see</Text>
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs" w="100%">
      <Stack gap={0} style={{ minWidth: 0 }}>
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {credential.name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {credential.domains.map(({ unicode }) => unicode).join(', ')}
        </Text>
      </Stack>
      <ScopeBadge scope={credential.scope} />
    </Group>
  )
}

/** *Space* or *Global*, by word, icon and colour. */
export function ScopeBadge({ scope }: { scope: string }) {
  const isGlobal = scope === 'global'
  return (
    <Badge
      variant="light"
      color={isGlobal ? 'violet' : 'teal'}
      style={{ flex: 'none' }}
      leftSection={isGlobal ? <IconWorld size={12} aria-hidden /> : <IconBuildingLighthouse size={12} aria-hidden />}
    >
      {isGlobal ? 'Global' : 'Space'}
    </Badge>
  )
}

function Domains({ credential }: { credential: Credential | undefined }) {
  if (credential === undefined) return <>Those that you may at least view are listed.</>
  return <>May be sent to {credential.domains.map(({ unicode }) => unicode).join(', ')}.</>
}

function noneWords(scope: string): string {
  return scope === 'global'
    ? 'There is no global credential that you may view. Create one under Credentials.'
    : 'There is no credential that you may view. Create one under Credentials.'
}

import { Alert, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Regenerate, type RegeneratePreview, type Regenerated, type ScopeState } from '#schema/credential.ts'
import { regenerateKey, regeneratePreviewQuery } from '../api/credentials.ts'
import { count, formatNumber } from '../ui/format.ts'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { Loaded, RowsSkeleton } from '../ui/loaded.tsx'
import { useRefresh } from './refresh.ts'
import { UsedByList } from './usage.tsx'

type RegenerateFormProps = { state: ScopeState; onDone: () => void }

/** Destroys the scope's credentials with its token: says what breaks, asks for the scope's name, then says what is gone. */
export function RegenerateForm({ state, onDone }: RegenerateFormProps) {
  const [done, setDone] = useState<Regenerated>()
  const preview = useQuery({ ...regeneratePreviewQuery(state.scope), enabled: done === undefined })
  if (done !== undefined) return <Destroyed regenerated={done} onDone={onDone} />
  return (
    <Loaded query={preview} skeleton={<RowsSkeleton rows={3} />}>
      {(loaded) => <Ask preview={loaded} scope={state.scope} onDone={onDone} onRegenerated={setDone} />}
    </Loaded>
  )
}

type AskProps = {
  preview: RegeneratePreview
  scope: string
  onDone: () => void
  onRegenerated: (regenerated: Regenerated) => void
}

function Ask({ preview, scope, onDone, onRegenerated }: AskProps) {
  const refresh = useRefresh()
  const form = useForm({ initialValues: { confirm: '' } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: Regenerate,
    toInput: (values) => values,
    send: ({ confirm }) => regenerateKey(scope, confirm),
    onDone: (regenerated) => {
      onRegenerated(regenerated)
      return refresh()
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <Alert color="red" title="Every credential here becomes useless">
          The token is destroyed, and with it {count(preview.credentials.length, 'credential')} for ever. To renew the
          token and keep everything, rotate it instead.
        </Alert>
        <Broken preview={preview} />
        <TextInput
          label={`Type ${scope} to confirm`}
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          {...form.getInputProps('confirm')}
        />
        <FormProblem problem={problem} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone} data-autofocus>
            Cancel
          </Button>
          <Button type="submit" color="red.9" loading={busy} disabled={form.values.confirm !== scope}>
            Destroy and re-generate
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Whatever breaks is listed in full; credentials that nothing uses by their names alone, as far as people can read. */
function Broken({ preview: { credentials, hiddenUses } }: { preview: RegeneratePreview }) {
  if (credentials.length === 0) return <Text size="sm">There is no credential to lose, so nothing breaks.</Text>
  const used = credentials.filter(({ usedBy, hidden }) => usedBy.length > 0 || hidden > 0)
  const unused = credentials.filter((credential) => !used.includes(credential)).map(({ name }) => name)
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        What is lost, and what breaks with it:
      </Text>
      <Stack component="ul" gap="xs" m={0} p={0} aria-label="What is lost" style={{ listStyle: 'none' }}>
        {used.map(({ id, name, usedBy, hidden }) => (
          <li key={id}>
            <Text size="sm" fw={600}>
              {name}
            </Text>
            <UsedByList usedBy={usedBy} hidden={hidden} none="" />
          </li>
        ))}
        {unused.length > 0 && (
          <li>
            <Text size="sm">
              {used.length > 0 ? 'Also lost, though nothing uses them: ' : 'Nothing uses these: '}
              {namesOf(unused)}.
            </Text>
          </li>
        )}
      </Stack>
      {hiddenUses > 0 && (
        <Text size="sm">In all, {count(hiddenUses, 'thing')} that you may not see will break, too.</Text>
      )}
    </Stack>
  )
}

function Destroyed({ regenerated: { destroyed, key }, onDone }: { regenerated: Regenerated; onDone: () => void }) {
  return (
    <Stack>
      <Alert color="green" title="The token was re-generated">
        Version {destroyed.keyVersion} is destroyed. The current one is version {key.version}, with the fingerprint{' '}
        <Code>{key.fingerprint}</Code>.
      </Alert>
      <Text size="sm">
        {destroyed.credentials.length === 0
          ? 'No credential was destroyed: there was none.'
          : `Destroyed: ${namesOf(destroyed.credentials.map(({ name }) => name))}.`}
      </Text>
      <Group justify="flex-end">
        <Button onClick={onDone} data-autofocus>
          Close
        </Button>
      </Group>
    </Stack>
  )
}

const namesShown = 200

function namesOf(names: string[]): string {
  const more = names.length - namesShown
  return `${names.slice(0, namesShown).join(', ')}${more > 0 ? ` and ${formatNumber(more)} more` : ''}`
}

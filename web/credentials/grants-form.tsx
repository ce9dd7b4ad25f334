import { NativeSelect, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { type Credential, type Grants, GrantsChange, Level } from '#schema/credential.ts'
import { putGrants } from '../api/credentials.ts'
import { useSubmit } from '../ui/form.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { AddGrant } from './add-grant.tsx'
import { ChangeProblem } from './change-problem.tsx'
import { Facts } from '../ui/facts.tsx'
import { useRefresh } from './refresh.ts'
import { Row, Rows } from '../ui/rows.tsx'
import { FormActions } from '../ui/form-actions.tsx'
import { levelHelp, levelNames, levels } from './words.ts'

type GrantRow = Grants['grants'][number]
type GrantsFormProps = { credential: Credential; granted: Grants; onDone: () => void; onReload: () => void }

/** Grants to people, groups and everyone; saved together. */
export function GrantsForm({ credential, granted, onDone, onReload }: GrantsFormProps) {
  const [saved] = useState(granted)
  const refresh = useRefresh()
  const form = useForm({ initialValues: { grants: saved.grants } })
  const { grants } = form.values
  const set = (next: GrantRow[]) => form.setFieldValue('grants', next)
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: GrantsChange,
    toInput: (values) => ({
      grants: values.grants.map(({ principal, level }) => ({ principal, level })),
      version: saved.version,
    }),
    send: (input) => putGrants(credential.id, input),
    onDone: () => {
      notifySuccess(`The permissions of “${credential.name}” were saved`)
      onDone()
      return refresh()
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        {grants.length === 0 && (
          <Text size="sm">
            Nobody yet, besides the admins of {scopeWords(credential.scope)}: they always administrate it.
          </Text>
        )}
        {grants.length > 0 && <GrantRows grants={grants} onChange={set} />}
        {form.errors['grants'] !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {form.errors['grants']}
          </Text>
        )}
        <AddGrant scope={credential.scope} granted={grants} onAdd={(grant) => set([...grants, grant])} />
        <Facts facts={levels.map((level) => [levelNames[level], levelHelp[level]])} />
        <ChangeProblem problem={problem} onReload={onReload} />
        <FormActions label="Save" busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

type GrantRowsProps = { grants: GrantRow[]; onChange: (next: GrantRow[]) => void }

function GrantRows({ grants, onChange }: GrantRowsProps) {
  return (
    <Rows label="Permissions">
      {grants.map((grant) => (
        <Row
          key={grant.principal}
          action={
            <>
              <NativeSelect
                size="xs"
                aria-label={`Level of ${nameOf(grant)}`}
                value={grant.level}
                data={levels.map((level) => ({ value: level, label: levelNames[level] }))}
                onChange={(event) => {
                  const level = Level.parse(event.currentTarget.value)
                  onChange(grants.map((one) => (one.principal === grant.principal ? { ...one, level } : one)))
                }}
              />
              <IconButton
                label={`Remove ${nameOf(grant)}`}
                color="red"
                onClick={() => onChange(grants.filter(({ principal }) => principal !== grant.principal))}
              >
                <IconTrash size={18} stroke={1.7} aria-hidden />
              </IconButton>
            </>
          }
        >
          <strong>{nameOf(grant)}</strong>
          <Text size="xs" c="dimmed">
            {kindOf(grant.principal)}
          </Text>
        </Row>
      ))}
    </Rows>
  )
}

function nameOf({ principal, name }: GrantRow): string {
  if (principal === 'everyone') return 'Everyone'
  return name ?? 'Somebody who is gone'
}

function kindOf(principal: string): string {
  if (principal === 'everyone') return 'Everyone in the scope'
  return principal.startsWith('group:') ? 'Group' : 'Person'
}

function scopeWords(scope: string): string {
  return scope === 'global' ? 'Lockkeeper' : 'the space'
}

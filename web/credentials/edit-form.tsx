import { Alert, Button, Group, Input, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { type FormEvent, useState } from 'react'
import { type Credential, CredentialChange } from '#schema/credential.ts'
import { changeCredential } from '../api/credentials.ts'
import { focusWhenShown } from '../ui/focus.ts'
import { useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { ChangeProblem } from './change-problem.tsx'
import { changeInput, credentialFields, secretDemand, secretField, valuesOf } from './credential-form.ts'
import { CredentialFields } from './credential-fields.tsx'
import { DomainSummary } from './domain-names.tsx'
import { usePlace } from './place.ts'
import { useRefresh } from './refresh.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { reaches } from './words.ts'

type EditFormProps = { credential: Credential; onDone: () => void; onReload: () => void }

/** Changes a credential. Secret fields are empty, which keeps what is stored, unless it could go somewhere new. */
export function EditForm({ credential, onDone, onReload }: EditFormProps) {
  // What the change stands on: reading it anew meanwhile must not move it.
  const [saved] = useState(credential)
  const { open } = usePlace()
  const refresh = useRefresh()
  const form = useForm({ initialValues: valuesOf(saved) })
  const demand = secretDemand(form.values, saved)
  const secret = secretField[form.values.kind]
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: CredentialChange,
    toInput: (values) => changeInput(values, saved),
    fields: credentialFields,
    send: (input) => changeCredential(saved.id, input),
    onDone: ({ name, notes }) => {
      notifySuccess(`“${name}” was updated`, notes?.join(' '))
      onDone()
      return refresh()
    },
  })

  function submit(event: FormEvent): void {
    if (demand === undefined || form.values[secret] !== '') return onSubmit(event)
    event.preventDefault()
    form.setErrors({ [secret]: demand })
    focusWhenShown(() => form.getInputNode(secret))
  }

  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack>
        {saved.state === 'needs-re-entry' && (
          <Alert color="orange" title="Re-enter the value">
            {saved.stateDetail} Its permissions, domains and whatever uses it stay as they are.
          </Alert>
        )}
        <CredentialFields
          form={form}
          scope={saved.scope}
          stored
          demand={demand}
          focus={saved.state === 'needs-re-entry' ? 'secret' : 'name'}
          reminded={saved.remind}
        >
          <Input.Wrapper label="Domains" labelElement="div">
            <Group justify="space-between" align="flex-start" gap="sm">
              <Text size="sm" component="div">
                <DomainSummary domains={saved.domains} shown={5} />
              </Text>
              {reaches(saved.level, 'administrate') && (
                <Button size="compact-sm" variant="light" onClick={() => open('domains', saved.id)}>
                  Change domains
                </Button>
              )}
            </Group>
          </Input.Wrapper>
        </CredentialFields>
        <ChangeProblem problem={problem} onReload={onReload} />
        <FormActions label="Save" busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

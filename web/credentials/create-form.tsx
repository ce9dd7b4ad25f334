import { Stack, Switch } from '@mantine/core'
import { useForm } from '@mantine/form'
import { NewCredential } from '#schema/credential.ts'
import { addCredential } from '../api/credentials.ts'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { credentialFields, emptyCredential, newInput } from './credential-form.ts'
import { CredentialFields } from './credential-fields.tsx'
import { DomainEditor, HttpWarning } from './domain-editor.tsx'
import { FormActions } from '../ui/form-actions.tsx'
import { useRefresh } from './refresh.ts'

/** Makes a credential. */
export function CreateForm({ scope, onDone }: { scope: string; onDone: () => void }) {
  const refresh = useRefresh()
  const form = useForm({ initialValues: emptyCredential })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: NewCredential,
    toInput: newInput,
    fields: credentialFields,
    send: (input) => addCredential(scope, input),
    onDone: ({ name, notes }) => {
      notifySuccess(`“${name}” was created`, notes?.join(' '))
      onDone()
      return refresh()
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate autoComplete="off">
      <Stack>
        <CredentialFields form={form} scope={scope} stored={false} demand={undefined} focus="name" reminded={[]}>
          <DomainEditor
            scope={scope}
            domains={form.values.domains}
            draft={form.values.domain}
            error={form.errors['domains']}
            onDomains={(change) => form.setFieldValue('domains', change)}
            onDraft={(change) => {
              form.clearFieldError('domains')
              form.setFieldValue('domain', change)
            }}
          />
          <Switch
            label="Allow http"
            description="Off: it goes over https alone."
            {...form.getInputProps('allowHttp', { type: 'checkbox' })}
          />
          <HttpWarning shown={form.values.allowHttp} />
        </CredentialFields>
        <FormProblem problem={problem} />
        <FormActions label="Create" busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

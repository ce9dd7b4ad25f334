import { Stack, Switch, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { type Credential, DomainsChange } from '#schema/credential.ts'
import { putDomains } from '../api/credentials.ts'
import { useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { ChangeProblem } from './change-problem.tsx'
import { domainsIn, secretField } from './credential-form.ts'
import { DomainEditor, HttpWarning } from './domain-editor.tsx'
import type { DomainName } from './domain-names.tsx'
import { useRefresh } from './refresh.ts'
import { SecretField } from './secret-field.tsx'
import { FormActions } from '../ui/form-actions.tsx'
import { TryUrl } from './try-url.tsx'

type DomainsFormProps = { credential: Credential; onDone: () => void; onReload: () => void }
type DomainsValues = { domains: DomainName[]; domain: string; allowHttp: boolean; secret: string }

const secretLabels = { basic: 'Password', bearer: 'Token', custom: 'Value' }
const secretPaths = { 'basic.password': 'secret', 'bearer.token': 'secret', 'custom.value': 'secret' }

/** Where a credential may go. Once the server finds somewhere new among it, the secret is asked for again. */
export function DomainsForm({ credential, onDone, onReload }: DomainsFormProps) {
  const [saved] = useState(credential)
  const [asked, setAsked] = useState(false)
  const refresh = useRefresh()
  const initialValues: DomainsValues = { domains: saved.domains, domain: '', allowHttp: saved.allowHttp, secret: '' }
  const form = useForm({ initialValues })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: DomainsChange,
    fields: secretPaths,
    toInput: ({ secret, allowHttp, ...values }) => ({
      domains: domainsIn(values),
      allowHttp,
      version: saved.version,
      ...(secret !== '' && { [saved.kind]: { [secretField[saved.kind]]: secret } }),
    }),
    send: (input) => putDomains(saved.id, input),
    onFaults: (names) => names.includes('secret') && setAsked(true),
    onDone: () => {
      notifySuccess(`The domains of “${saved.name}” were saved`)
      onDone()
      return refresh()
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate autoComplete="off">
      <Stack>
        <Text size="sm" c="dimmed">
          It is sent to these hosts and nowhere else. A star stands for one or more names below a domain, not for the
          domain itself.
        </Text>
        <DomainEditor
          scope={saved.scope}
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
        <TryUrl scope={saved.scope} domains={domainsIn(form.values)} allowHttp={form.values.allowHttp} />
        {asked && (
          <SecretField
            label={secretLabels[saved.kind]}
            stored
            demand="It could go somewhere new, so only somebody who knows the secret may save this."
            {...form.getInputProps('secret')}
          />
        )}
        <ChangeProblem problem={problem} onReload={onReload} />
        <FormActions label="Save" busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

import { Alert, Button, Group, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { type Credential, CredentialTest, type CredentialTestResult } from '#schema/credential.ts'
import { testCredential } from '../api/credentials.ts'
import { FormProblem, useSubmit } from '../ui/form.tsx'

/** Sends one GET with the credential and says what came back: the status and a hint, never the answer itself. */
export function TestForm({ credential, onDone }: { credential: Credential; onDone: () => void }) {
  const form = useForm({ initialValues: { url: firstUrl(credential) } })
  const [result, setResult] = useState<CredentialTestResult>()
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: CredentialTest,
    toInput: ({ url }) => ({ url: url.trim() }),
    send: ({ url }) => {
      setResult(undefined)
      return testCredential(credential.id, url)
    },
    onDone: setResult,
  })
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <TextInput
          label="URL"
          description="Within its domains. One GET is sent there with the credential, without following redirects; the test is audited."
          required
          autoComplete="off"
          spellCheck={false}
          inputMode="url"
          data-autofocus
          {...form.getInputProps('url')}
        />
        <FormProblem problem={problem} />
        <div aria-live="polite">{result !== undefined && <Result result={result} />}</div>
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Close
          </Button>
          <Button type="submit" loading={busy}>
            Send test
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Result({ result: { ok, status, hint, host } }: { result: CredentialTestResult }) {
  const title = status === null ? `${host} did not answer` : `${host} answered with status ${status}`
  return (
    <Alert color={ok ? 'green' : 'orange'} title={title}>
      {hint}
    </Alert>
  )
}

/** The first host that is no wildcard, as a URL to begin with. */
function firstUrl({ domains, allowHttp }: Credential): string {
  const exact = domains.find(({ entry }) => !entry.startsWith('*'))
  return exact === undefined ? 'https://' : `${allowHttp ? 'http' : 'https'}://${exact.entry}/`
}

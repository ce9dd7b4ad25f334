import { Radio, Stack, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { PasswordField } from '../ui/password-field.tsx'
import { type ConnectionValues, isByToken } from './connection-form.ts'

type DeploymentFieldsProps = {
  form: UseFormReturnType<ConnectionValues>
  keyHelp: string | undefined
  keyRequired: boolean
}

/** A Cloud site is reached by its name, with an account's e-mail address and API key. */
export function CloudFields({ form, keyHelp, keyRequired }: DeploymentFieldsProps) {
  return (
    <>
      <TextInput
        label="Username"
        description="The e-mail address of the Atlassian account that the key belongs to."
        required
        autoComplete="off"
        {...form.getInputProps('username')}
      />
      <PasswordField
        label="API key"
        description={
          keyHelp ?? 'Made at id.atlassian.com under Security → API tokens. Stored sealed; nobody can read it back.'
        }
        required={keyRequired}
        autoComplete="off"
        {...form.getInputProps('apiKey')}
      />
      <TextInput
        label="Confluence domain"
        description="Any form will do: your-team, your-team.atlassian.net, or a page’s address."
        placeholder="your-team.atlassian.net"
        required
        autoComplete="off"
        inputMode="url"
        {...form.getInputProps('url')}
      />
    </>
  )
}

/** A Data Center has an address of its own, and takes a personal access token or a user name with its password. */
export function DataCenterFields({ form, keyHelp, keyRequired }: DeploymentFieldsProps) {
  const byToken = isByToken(form.values)
  return (
    <>
      <TextInput
        label="Confluence domain"
        description="The address in your browser, with the context path where there is one; a page’s address will do."
        placeholder="https://wiki.example.com/confluence"
        required
        autoComplete="off"
        inputMode="url"
        {...form.getInputProps('url')}
      />
      <Radio.Group label="Sign in by" {...form.getInputProps('signIn')}>
        <Stack gap="xs" mt={6}>
          <Radio
            value="token"
            label="Token"
            description="Recommended. Needs no user name, can expire and be revoked, and works with single sign-on."
          />
          <Radio value="password" label="User name and password" />
        </Stack>
      </Radio.Group>
      {!byToken && (
        <TextInput
          label="Username"
          description="Of the account that reads Confluence, as it signs in there."
          required
          autoComplete="off"
          {...form.getInputProps('username')}
        />
      )}
      <PasswordField
        label={byToken ? 'Personal access token' : 'Password'}
        description={keyHelp ?? helpFor(byToken)}
        required={keyRequired}
        autoComplete="off"
        {...form.getInputProps('apiKey')}
      />
    </>
  )
}

function helpFor(byToken: boolean): string {
  return byToken
    ? 'Made in Confluence under your picture → Settings → Personal access tokens. Stored sealed; nobody can read it back.'
    : 'Stored sealed; nobody can read it back. A personal access token is no password: choose Token for it.'
}

import { Code, Input, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { CredentialKind } from '#schema/credential.ts'
import type { CredentialValues } from './credential-form.ts'
import { SecretField } from './secret-field.tsx'
import { headerPreview, kindHelp, kindNames } from './words.ts'

type KindFieldsProps = {
  form: UseFormReturnType<CredentialValues>
  /** A secret is stored already: empty keeps it, unless `demand` says why it must be given again. */
  stored: boolean
  demand: string | undefined
  /** The secret has the cursor first. */
  focused: boolean
}

/** The kind of a credential with its fields, and how the header will look. */
export function KindFields({ form, stored, demand, focused }: KindFieldsProps) {
  const { kind, header } = form.values
  const secret = { stored, demand, ...(focused && { 'data-autofocus': true }) }
  return (
    <Stack>
      <Input.Wrapper
        label="Kind"
        labelElement="div"
        description={kindHelp[kind]}
        descriptionProps={{ mt: 6 }}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      >
        <SegmentedControl
          fullWidth
          aria-label="Kind"
          data={CredentialKind.options.map((value) => ({ value, label: kindNames[value] }))}
          value={kind}
          onChange={(value) => form.setFieldValue('kind', CredentialKind.parse(value))}
        />
      </Input.Wrapper>
      {kind === 'basic' && (
        <>
          <TextInput
            label="Username"
            description="Without a colon: the first one ends it."
            required
            autoComplete="off"
            {...form.getInputProps('username')}
          />
          <SecretField label="Password" {...secret} {...form.getInputProps('password')} />
        </>
      )}
      {kind === 'bearer' && (
        <SecretField
          label="Token"
          help="The token alone; a pasted “Bearer ” before it is taken off."
          {...secret}
          {...form.getInputProps('token')}
        />
      )}
      {kind === 'custom' && (
        <>
          <TextInput
            label="Header"
            description="Its name, such as X-Api-Key."
            required
            autoComplete="off"
            maxLength={200}
            {...form.getInputProps('header')}
          />
          <SecretField label="Value" {...secret} {...form.getInputProps('value')} />
        </>
      )}
      <Text size="sm" component="div">
        Sent as <Code style={{ overflowWrap: 'anywhere' }}>{headerPreview(kind, header)}</Code>
      </Text>
    </Stack>
  )
}

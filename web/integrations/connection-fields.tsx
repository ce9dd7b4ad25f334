import { Checkbox, Radio, Stack, Text, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { Disclosure } from '../ui/disclosure.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import type { ConnectionValues } from './connection-form.ts'

type Form = UseFormReturnType<ConnectionValues>

/** Tab *Basic*: the name, and what the integration is for. */
export function BasicFields({ form }: { form: Form }) {
  return (
    <Stack>
      <TextInput
        label="Integration name"
        description="How your team calls this connection."
        required
        maxLength={200}
        autoComplete="off"
        data-autofocus
        {...form.getInputProps('name')}
      />
      <Checkbox.Group label="Capabilities" value={['content-management']} readOnly>
        <Checkbox
          mt={6}
          value="content-management"
          label="Content management"
          description="Pages, blog posts, folders and their labels are imported and kept in step. The only one so far, so it is always on."
          readOnly
        />
      </Checkbox.Group>
    </Stack>
  )
}

type AuthenticationFieldsProps = {
  form: Form
  keyHelp: string
  keyRequired: boolean
  advanced: boolean
  onAdvanced: (open: boolean) => void
}

/** Tab *Authentication*: where Confluence is and who reads it. */
export function AuthenticationFields({ form, keyHelp, keyRequired, advanced, onAdvanced }: AuthenticationFieldsProps) {
  return (
    <Stack>
      <TextInput
        label="Username"
        description="The e-mail address of the Atlassian account that the key belongs to."
        required
        autoComplete="off"
        {...form.getInputProps('username')}
      />
      <PasswordField
        label="API key"
        description={keyHelp}
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
      <TextInput
        label="API key expires"
        description="Optional. Atlassian shows the date when the key is made; Lockkeeper reminds you in time."
        type="date"
        styles={{ wrapper: { maxWidth: 220 } }}
        {...form.getInputProps('apiKeyExpiresAt')}
      />
      <Disclosure label="Advanced" open={advanced} onToggle={onAdvanced}>
        <Stack>
          <Radio.Group label="Deployment" {...form.getInputProps('deployment')}>
            <Stack gap="xs" mt={6}>
              <Radio value="cloud" label="Confluence Cloud" />
              <Radio
                value="data-center"
                label="Confluence Data Center"
                description="Not yet: this version connects Cloud only."
                disabled
              />
            </Stack>
          </Radio.Group>
          <Radio.Group label="Spaces" {...form.getInputProps('spaceChoice')}>
            <Stack gap="xs" mt={6}>
              <Radio value="all" label="All spaces that the key may read" />
              <Radio value="chosen" label="Chosen spaces" />
            </Stack>
          </Radio.Group>
          {form.values.spaceChoice === 'chosen' && (
            <TextInput
              label="Space keys"
              description="Separated by commas, as in the addresses of the spaces: HELP, ENG"
              required
              autoComplete="off"
              {...form.getInputProps('spaceKeys')}
            />
          )}
          <Text size="sm" c="dimmed">
            Personal and archived spaces can be chosen by their key, too.
          </Text>
        </Stack>
      </Disclosure>
    </Stack>
  )
}

import { Checkbox, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { Disclosure } from '../ui/disclosure.tsx'
import { type ConnectionValues, isByToken } from './connection-form.ts'
import { CloudFields, DataCenterFields } from './deployment-fields.tsx'

type Form = UseFormReturnType<ConnectionValues>

/** Tab *Basic*: the name, and what the integration is for. */
export function BasicFields({ form }: { form: Form }) {
  return (
    <Stack>
      <TextInput
        label="Integration name"
        description="What your team calls this connection."
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
  /** What is said of the key of an integration that has one; else where a key is made. */
  keyHelp?: string | undefined
  keyRequired: boolean
  /** Why the deployment cannot be chosen any more. */
  deploymentFixed?: string
  advanced: boolean
  onAdvanced: (open: boolean) => void
}

/** Tab *Authentication*: where Confluence is and who reads it. */
export function AuthenticationFields(props: AuthenticationFieldsProps) {
  const { form, keyHelp, keyRequired, deploymentFixed, advanced, onAdvanced } = props
  const isCloud = form.values.deployment === 'cloud'
  return (
    <Stack>
      <Radio.Group label="Deployment" description={deploymentFixed} {...form.getInputProps('deployment')}>
        <Group gap="lg" mt={6}>
          <Radio value="cloud" label="Confluence Cloud" disabled={deploymentFixed !== undefined} />
          <Radio value="data-center" label="Confluence Data Center" disabled={deploymentFixed !== undefined} />
        </Group>
      </Radio.Group>
      {isCloud ? (
        <CloudFields form={form} keyHelp={keyHelp} keyRequired={keyRequired} />
      ) : (
        <DataCenterFields form={form} keyHelp={keyHelp} keyRequired={keyRequired} />
      )}
      <TextInput
        {...expiryWords(form.values)}
        type="date"
        styles={{ wrapper: { maxWidth: 220 } }}
        {...form.getInputProps('apiKeyExpiresAt')}
      />
      <Disclosure label="Advanced" open={advanced} onToggle={onAdvanced}>
        <Stack>
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

/** A date is asked for what is given above it: a key, a token or a password. */
function expiryWords(values: ConnectionValues): { label: string; description: string } {
  if (values.deployment === 'cloud') {
    return {
      label: 'API key expires',
      description: 'Optional. Atlassian shows the date when the key is made; Lockkeeper reminds you in time.',
    }
  }
  if (isByToken(values)) {
    return {
      label: 'Token expires',
      description: 'Optional. Confluence shows the date when the token is made; Lockkeeper reminds you in time.',
    }
  }
  return {
    label: 'Expires',
    description: 'Optional: the day on which the password does. Lockkeeper reminds you in time.',
  }
}

import { Button, Card, Checkbox, Group, NumberInput, Radio, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type Integration, IntegrationChange } from '#schema/integration.ts'
import { changeIntegration, integrationQuery } from '../api/integrations.ts'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { PageHeader } from '../ui/page-header.tsx'
import { IntegrationTabs } from './integration-tabs.tsx'
import { settingsInput, settingsNames, settingsValues } from './sync-settings-form.ts'

const route = getRouteApi('/signed-in/settings/integrations/$id/sync-settings')

/** Who may read, how long hidden documents are kept, and how gently Confluence is asked. */
export function SyncSettings() {
  const { id } = route.useParams()
  const integration = useQuery(integrationQuery(id))
  return (
    <>
      <PageHeader
        title={integration.data === undefined ? 'Sync settings' : `${integration.data.name}: sync settings`}
        above={
          <TextLink to="/settings/integrations" size="sm">
            ‹ Integrations
          </TextLink>
        }
      />
      <Stack gap="lg">
        <IntegrationTabs id={id} />
        <Loaded query={integration}>{(loaded) => <SettingsForm integration={loaded} />}</Loaded>
      </Stack>
    </>
  )
}

function SettingsForm({ integration }: { integration: Integration }) {
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: settingsValues(integration) })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: IntegrationChange,
    toInput: settingsInput,
    send: (input) => changeIntegration(integration.id, input),
    fields: settingsNames,
    onDone: async () => {
      await queryClient.invalidateQueries({ queryKey: ['integrations'] })
      notifySuccess('The sync settings were saved')
    },
  })
  return (
    <Card withBorder radius="lg" padding="lg" maw={640}>
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="lg">
          <Radio.Group label="Who may read" {...form.getInputProps('readers')}>
            <Stack gap="xs" mt={6}>
              <Radio
                value="confluence"
                label="As in Confluence"
                description="Who may read a page there may read it here, by the accounts linked to people."
              />
              <Radio
                value="members"
                label="All members of the space here"
                description="They read everything that the key reads, restricted pages too."
              />
            </Stack>
          </Radio.Group>
          <NumberInput
            label="Days that deleted documents are kept"
            description="Hidden, until they are purged. They can come back as long as Confluence has them."
            min={1}
            max={3650}
            allowDecimal={false}
            {...form.getInputProps('quarantineDays')}
          />
          <NumberInput
            label="Largest file, in MB"
            description="Larger ones are listed with their size alone, and cannot be attached here. 0: no files."
            min={0}
            max={1024}
            allowDecimal={false}
            {...form.getInputProps('attachmentMegabytes')}
          />
          <Manners form={form} />
          <FormProblem problem={problem} />
          <Group justify="flex-end">
            <Button type="submit" loading={busy}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  )
}

function Manners({ form }: { form: ReturnType<typeof useForm<ReturnType<typeof settingsValues>>> }) {
  return (
    <Stack component="section" aria-labelledby="manners">
      <div>
        <Title order={2} id="manners" size="h4">
          How gently Confluence is asked
        </Title>
        <Text size="sm" c="dimmed">
          Its rate limits are obeyed in any case. Leave a field empty for the default.
        </Text>
      </div>
      <NumberInput
        label="Requests at once"
        description="6 by default."
        min={1}
        max={20}
        allowDecimal={false}
        {...form.getInputProps('concurrency')}
      />
      <NumberInput
        label="Requests a minute"
        description="No limit of our own by default."
        min={1}
        max={60_000}
        allowDecimal={false}
        {...form.getInputProps('requestsPerMinute')}
      />
      <NumberInput
        label="Minutes a run may wait for rate limits"
        description="30 by default. Then the run ends as failed, and the next one goes on from there."
        min={1}
        max={1440}
        allowDecimal={false}
        {...form.getInputProps('waitMinutes')}
      />
      <Checkbox
        label="Start scheduled runs at certain hours only"
        description="A person may start one at any time."
        {...form.getInputProps('hasWindow', { type: 'checkbox' })}
      />
      {form.values.hasWindow && (
        <Group grow align="start" preventGrowOverflow={false}>
          <NumberInput label="From, hour" min={0} max={23} allowDecimal={false} {...form.getInputProps('from')} />
          <NumberInput label="To, hour" min={0} max={23} allowDecimal={false} {...form.getInputProps('to')} />
          <TextInput label="Time zone" placeholder="Europe/Berlin" {...form.getInputProps('timeZone')} />
        </Group>
      )}
    </Stack>
  )
}

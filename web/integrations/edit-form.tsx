import { Button, Card, Group, Stack, Tabs } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { Integration } from '#schema/integration.ts'
import { changeIntegration } from '../api/integrations.ts'
import { focusWhenShown } from '../ui/focus.ts'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { ButtonLink } from '../ui/link.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { AuthenticationFields, BasicFields } from './connection-fields.tsx'
import {
  connectionFields,
  isAdvanced,
  keyDemand,
  tabOf,
  updateInput,
  updateSchema,
  valuesOf,
} from './connection-form.ts'
import { CheckList } from './check-list.tsx'

const route = getRouteApi('/signed-in/settings/integrations/$id/edit')

/** Changes an integration. The key field is empty: empty keeps the stored key, unless it would go somewhere new. */
export function EditForm({ integration }: { integration: Integration }) {
  const { tab = 'basic' } = route.useSearch()
  const navigate = route.useNavigate()
  const queryClient = useQueryClient()
  const [advanced, setAdvanced] = useState(false)
  const form = useForm({ initialValues: valuesOf(integration) })
  const demand = keyDemand(form.values, valuesOf(integration))
  const keyHelp = 'Leave it empty to keep the stored key, which nobody can read back.'
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: updateSchema(form.values),
    toInput: updateInput,
    send: (input) => changeIntegration(integration.id, input),
    fields: connectionFields,
    onFaults: (names) => {
      showTab(tabOf(names))
      if (isAdvanced(names)) setAdvanced(true)
    },
    onDone: async (changed) => {
      await queryClient.invalidateQueries({ queryKey: ['integrations'] })
      notifySuccess(`“${changed.name}” was updated`)
      await navigate({ to: '/settings/integrations' })
    },
  })

  function showTab(next: string | null): void {
    if (next === 'basic' || next === 'authentication') void navigate({ search: { tab: next }, replace: true })
  }

  function submit(event: FormEvent): void {
    if (demand === undefined) return onSubmit(event)
    event.preventDefault()
    showTab('authentication')
    form.setErrors({ apiKey: demand })
    focusWhenShown(() => form.getInputNode('apiKey'))
  }

  return (
    <Card withBorder radius="lg" padding="lg" maw={640}>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          <Tabs value={tab} onChange={showTab}>
            <Tabs.List mb="lg">
              <Tabs.Tab value="basic">Basic</Tabs.Tab>
              <Tabs.Tab value="authentication">Authentication</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="basic">
              <BasicFields form={form} />
            </Tabs.Panel>
            <Tabs.Panel value="authentication">
              <AuthenticationFields
                form={form}
                keyHelp={form.errors['apiKey'] === undefined ? (demand ?? keyHelp) : keyHelp}
                keyRequired={demand !== undefined}
                deploymentFixed="An integration keeps its deployment: another Confluence is an integration of its own."
                advanced={advanced}
                onAdvanced={setAdvanced}
              />
            </Tabs.Panel>
          </Tabs>
          <FormProblem problem={problem} />
          {problem !== undefined && problem.checks.length > 0 && <CheckList checks={problem.checks} />}
          <Group justify="flex-end">
            <ButtonLink to="/settings/integrations" variant="default">
              Cancel
            </ButtonLink>
            <Button type="submit" loading={busy}>
              Update
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  )
}

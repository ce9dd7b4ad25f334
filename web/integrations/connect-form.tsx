import { Button, Card, Group, Stack, Tabs } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Name } from '#schema/common.ts'
import { addIntegration } from '../api/integrations.ts'
import { focusWhenShown } from '../ui/focus.ts'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { ButtonLink } from '../ui/link.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { AuthenticationFields, BasicFields } from './connection-fields.tsx'
import { connectInput, connectionFields, connectSchema, emptyConnection, isAdvanced, tabOf } from './connection-form.ts'
import { CheckList } from './check-list.tsx'

const route = getRouteApi('/signed-in/settings/integrations/new')

/** The wizard for a new Confluence: Basic → Next → Authentication → Connect. */
export function ConnectForm() {
  const { tab = 'basic' } = route.useSearch()
  const navigate = route.useNavigate()
  const queryClient = useQueryClient()
  const [advanced, setAdvanced] = useState(false)
  const form = useForm({ initialValues: emptyConnection })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: connectSchema(form.values),
    toInput: connectInput,
    send: addIntegration,
    fields: connectionFields,
    onFaults: (names) => {
      showTab(tabOf(names))
      if (isAdvanced(names)) setAdvanced(true)
    },
    onDone: async (integration) => {
      await queryClient.invalidateQueries({ queryKey: ['integrations'] })
      notifySuccess(`“${integration.name}” is connected`, 'Its first full sync has started.')
      await navigate({ to: '/settings/integrations' })
    },
  })

  function showTab(next: string | null): void {
    if (next === 'basic' || next === 'authentication') {
      void navigate({ search: (previous) => ({ ...previous, tab: next }), replace: true })
    }
  }

  function submit(event: FormEvent): void {
    if (tab === 'authentication') return onSubmit(event)
    event.preventDefault()
    const name = Name.safeParse(form.values.name)
    form.setErrors(name.success ? {} : { name: name.error.issues[0]?.message })
    if (!name.success) return form.getInputNode('name')?.focus()
    showTab('authentication')
    focusWhenShown(() => form.getInputNode(form.values.deployment === 'cloud' ? 'username' : 'url'))
  }

  return (
    <Card withBorder radius="lg" padding="lg" maw={640}>
      <form onSubmit={submit} noValidate>
        <Tabs value={tab} onChange={showTab}>
          <Tabs.List mb="lg">
            <Tabs.Tab value="basic">Basic</Tabs.Tab>
            <Tabs.Tab value="authentication">Authentication</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="basic">
            <Stack gap="lg">
              <BasicFields form={form} />
              <Group justify="flex-end">
                <ButtonLink to="/settings/integrations" variant="default">
                  Cancel
                </ButtonLink>
                <Button type="submit">Next</Button>
              </Group>
            </Stack>
          </Tabs.Panel>
          <Tabs.Panel value="authentication">
            <Stack gap="lg">
              <AuthenticationFields form={form} keyRequired advanced={advanced} onAdvanced={setAdvanced} />
              <FormProblem problem={problem} />
              {problem !== undefined && problem.checks.length > 0 && <CheckList checks={problem.checks} />}
              <Group justify="flex-end">
                <Button variant="default" onClick={() => showTab('basic')}>
                  Back
                </Button>
                <Button type="submit" loading={busy}>
                  Connect
                </Button>
              </Group>
            </Stack>
          </Tabs.Panel>
        </Tabs>
      </form>
    </Card>
  )
}

import { Alert, Badge, Card, Group, Stack, Text, Title } from '@mantine/core'
import type { Document } from '#schema/document.ts'
import type { DryRunResult } from '#schema/workflow-api.ts'
import { useEditor } from './editor-context.ts'
import { Request } from './request.tsx'
import { SendTest } from './send-test.tsx'
import { actionNames } from './words.ts'

type Page = Pick<Document, 'id' | 'title'> | undefined
type TriggerAnswer = DryRunResult['triggers'][number]
type ActionAnswer = TriggerAnswer['actions'][number]

/** What would happen, trigger by trigger. */
export function DryRunAnswer({ answer, page }: { answer: DryRunResult; page: Page }) {
  const firing = answer.triggers.filter(({ fires }) => fires).length
  return (
    <Stack gap="sm">
      <Title order={2}>
        {firing} of {answer.triggers.length} triggers would fire
      </Title>
      {!answer.applies && (
        <Alert color="orange" title="The workflow does not apply to this page">
          Its type, its labels or its place do not match what stands under General.
        </Alert>
      )}
      {answer.triggers.map((trigger) => (
        <TriggerCard key={trigger.id} trigger={trigger} page={page} />
      ))}
    </Stack>
  )
}

function TriggerCard({ trigger, page }: { trigger: TriggerAnswer; page: Page }) {
  const { draft } = useEditor()
  const name = draft.triggers?.find(({ id }) => id === trigger.id)?.name ?? trigger.id
  return (
    <Card withBorder radius="lg" component="section" aria-label={`Trigger ${name}`}>
      <Stack gap="xs">
        <Group gap="sm">
          <Title order={3} size="h4">
            {name}
          </Title>
          <Badge color={trigger.fires ? 'green' : 'gray'} variant="light">
            {trigger.fires ? 'would fire' : 'would not fire'}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {trigger.because}
        </Text>
        {trigger.fires && (
          <Text size="sm">
            {trigger.runAs === null
              ? 'In nobody’s name.'
              : `In the name of ${trigger.runAs.name ?? 'somebody who is gone'}.`}
          </Text>
        )}
        {trigger.actions.map((action) => (
          <ActionAnswerView key={action.id} action={action} page={page} />
        ))}
      </Stack>
    </Card>
  )
}

function ActionAnswerView({ action, page }: { action: ActionAnswer; page: Page }) {
  const { saved, isDirty, draft } = useEditor()
  const isSaved = saved?.definition.triggers?.some((trigger) => trigger.do.some(({ id }) => id === action.id)) === true
  return (
    <Stack gap="xs" pl="sm" style={{ borderInlineStart: '3px solid var(--lk-line)' }}>
      <Text size="sm" fw={600}>
        {nameOf(action.type)}
      </Text>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {action.what}
      </Text>
      {action.problem !== null && <Alert color="red">{action.problem}</Alert>}
      {action.request !== null && <Request request={action.request} />}
      {action.request !== null && saved !== undefined && isSaved && (
        <Group>
          <SendTest
            workflowId={saved.id}
            actionId={action.id}
            url={urlOf(draft, action)}
            method={action.request.method}
            isDirty={isDirty}
            page={page}
          />
        </Group>
      )}
    </Stack>
  )
}

function nameOf(type: string): string {
  return Object.entries(actionNames).find(([one]) => one === type)?.[1] ?? type
}

function urlOf(draft: ReturnType<typeof useEditor>['draft'], { id, request }: ActionAnswer): string {
  const written = draft.triggers?.flatMap((trigger) => trigger.do).find((action) => action.id === id)
  return written !== undefined && 'url' in written ? written.url : (request?.url ?? '')
}

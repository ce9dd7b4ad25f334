import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { EventType } from '#schema/workflow.ts'
import { dryRun } from '../api/workflows.ts'
import { Face } from '../ui/faces.tsx'
import { IconTestPipe } from '@tabler/icons-react'
import { DryRunForm, type Question, inputOf } from './dry-run-form.tsx'
import { DryRunAnswer } from './dry-run-answer.tsx'
import { eventsOf } from './edit.ts'
import { useEditor } from './editor-context.ts'

/** What would happen if something happened to a page now: nothing is sent, nothing is changed. */
export function DryRunView() {
  const { saved, draft, isDirty, faults } = useEditor()
  const [question, setQuestion] = useState<Question>(() => ({
    page: undefined,
    event: firstEvent(draft.triggers?.map(eventsOf) ?? []),
    from: draft.transitions?.at(-1)?.from ?? '',
    to: draft.statuses?.find(({ final }) => final === true)?.id ?? draft.initial ?? '',
    changed: ['body'],
    comment: '',
  }))
  const trial = useMutation({
    gcTime: 0,
    mutationFn: (id: string) => dryRun(id, { ...inputOf(question), ...(isDirty && { definition: draft }) }),
  })
  if (saved === undefined) {
    return (
      <Face icon={<IconTestPipe />} title="Save it first">
        A dry run needs a workflow that is saved; it need not be enabled. Later changes can be tried before they are
        saved.
      </Face>
    )
  }
  return (
    <Stack>
      <Text c="dimmed" maw={720}>
        Choose a page and what happens to it. You see which triggers would fire, and the exact requests. Nothing is sent
        and nothing is changed.{isDirty && ' What you have changed is tried, though it is not saved.'}
      </Text>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          trial.mutate(saved.id)
        }}
      >
        <Stack gap="sm">
          <DryRunForm question={question} onChange={setQuestion} />
          <Group>
            <Button type="submit" loading={trial.isPending} disabled={faults.length > 0}>
              Dry run
            </Button>
            {faults.length > 0 && (
              <Text size="sm" c="dimmed">
                The definition has faults; mend them first.
              </Text>
            )}
          </Group>
        </Stack>
      </form>
      <div aria-live="polite">
        {trial.data !== undefined && <DryRunAnswer answer={trial.data} page={question.page} />}
      </div>
    </Stack>
  )
}

function firstEvent(events: readonly EventType[][]): EventType {
  return events.flat()[0] ?? 'page.updated'
}

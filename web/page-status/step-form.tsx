import { Stack, Text, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { type PageStatus, TransitionRequest } from '#schema/page-status.ts'
import { takeStep } from '../api/page-status.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'
import type { Chosen } from './steps.tsx'

type StepFormProps = { documentId: string; item: PageStatus; chosen: Chosen; onDone: () => void }

/** Says what will happen, and takes a comment with it. */
export function StepForm({ documentId, item, chosen, onDone }: StepFormProps) {
  const { step, reject } = chosen
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { comment: '' } })
  const isDemanded = step.requireComment
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['page-status'] })

  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: TransitionRequest,
    toInput: ({ comment }) => ({
      workflowId: item.workflow.id,
      to: step.to.id,
      from: item.status.id,
      version: item.version,
      comment,
      ...(reject && { reject }),
    }),
    send: async (input) => {
      try {
        return await takeStep(documentId, input)
      } catch (error) {
        // Somebody may have been first: what stands behind the dialog is what is there now.
        void refresh()
        throw error
      }
    },
    onDone: (status) => {
      notifySuccess(outcome(chosen, item, status))
      onDone()
      return refresh()
    },
  })

  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <FormProblem problem={problem} />
        <Text size="sm">{whatFollows(chosen, item)}</Text>
        <Textarea
          label="Comment"
          description={isDemanded ? undefined : 'You may say why. Everybody who reads the page sees it.'}
          required={isDemanded}
          rows={4}
          maxLength={4000}
          data-autofocus
          {...form.getInputProps('comment')}
        />
        <FormActions label={reject ? 'Reject' : step.name} busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

function whatFollows({ step, reject }: Chosen, { status, version }: PageStatus): string {
  const stays = `The page stays in ${status.name}`
  if (reject) return `${stays}, and the approvals of version ${version} that were given are void.`
  const missing = step.approvals === null ? 0 : step.approvals.needed - step.approvals.given.length
  if (missing > 1) return `You approve version ${version}. ${stays} until ${missing - 1} more approve it.`
  const moves = `goes from ${status.name} to ${step.to.name}`
  return step.approvals === null ? `The page ${moves}.` : `You approve version ${version}, and the page ${moves}.`
}

function outcome({ reject }: Chosen, before: PageStatus, after: PageStatus): string {
  if (reject) return 'You rejected it'
  return after.status.id === before.status.id ? 'You approved it' : `The page is in ${after.status.name} now`
}

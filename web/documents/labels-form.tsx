import { Stack, TagsInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import type { DocumentDetail } from '#schema/document.ts'
import { DocumentLabels } from '#schema/publish.ts'
import { forgetDocuments, setLabels } from '../api/publish.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'

/** The labels of a document, all at once. */
export function LabelsForm({ document, onDone }: { document: DocumentDetail; onDone: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { labels: [...document.labels] } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: DocumentLabels,
    toInput: (values) => values,
    send: ({ labels }) => setLabels(document.id, labels),
    onDone: async () => {
      await forgetDocuments(queryClient)
      notifySuccess('The labels were saved')
      onDone()
    },
  })
  return (
    <form onSubmit={onSubmit}>
      <Stack>
        <TagsInput
          label="Labels"
          description="They are written to Confluence."
          placeholder={form.values.labels.length === 0 ? 'Type a label, then Enter' : ''}
          maxTags={200}
          acceptValueOnBlur
          data-autofocus
          {...form.getInputProps('labels')}
        />
        <FormProblem problem={problem} />
        <FormActions label="Save" busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type EditProposal, ProposalDecision } from '#schema/publish.ts'
import { decideProposal, proposalQuery } from '../api/proposals.ts'
import { forgetDocuments } from '../api/publish.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'

type Verdict = 'approve' | 'reject'
const TITLES: Record<Verdict, string> = { approve: 'Approve and publish', reject: 'Reject this edit' }

/** Approves or rejects a proposed edit, with a reason. */
export function Decide({ proposal }: { proposal: EditProposal }) {
  const [opened, setOpened] = useState(false)
  const [verdict, setVerdict] = useState<Verdict>('approve')
  const queryClient = useQueryClient()

  // Also after a refusal: it may have made the proposal an outdated one.
  function close(): void {
    setOpened(false)
    void queryClient.invalidateQueries({ queryKey: ['proposals'] })
  }

  function ask(next: Verdict): void {
    setVerdict(next)
    setOpened(true)
  }

  return (
    <>
      <Group gap="xs">
        <Button onClick={() => ask('approve')}>Approve</Button>
        <Button variant="default" onClick={() => ask('reject')}>
          Reject
        </Button>
      </Group>
      <Modal opened={opened} onClose={close} title={TITLES[verdict]}>
        <DecideForm key={verdict} proposal={proposal} verdict={verdict} onDone={close} />
      </Modal>
    </>
  )
}

type DecideFormProps = { proposal: EditProposal; verdict: Verdict; onDone: () => void }

function DecideForm({ proposal: { id, title }, verdict, onDone }: DecideFormProps) {
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { reason: '' } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: ProposalDecision,
    toInput: (values) => values,
    send: ({ reason }) => decideProposal(id, verdict, reason),
    onDone: async (decided) => {
      const { diff } = queryClient.getQueryData(proposalQuery(id).queryKey) ?? decided
      queryClient.setQueryData(proposalQuery(id).queryKey, { ...decided, diff: decided.diff ?? diff })
      onDone()
      if (decided.state === 'published') notifySuccess(`“${title}” was published`)
      if (decided.state === 'rejected') notifySuccess(`The edit of “${title}” was rejected`)
      await queryClient.invalidateQueries({ queryKey: ['proposals'] })
      await forgetDocuments(queryClient)
    },
  })
  return (
    <form onSubmit={onSubmit}>
      <Stack>
        <Text size="sm">
          {verdict === 'approve'
            ? 'It is written to Confluence as it is shown here.'
            : 'Nothing is written. Whoever proposed it can read your reason.'}
        </Text>
        <Textarea
          label="Reason"
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
          {...form.getInputProps('reason')}
        />
        <FormProblem problem={problem} />
        <FormActions label={verdict === 'approve' ? 'Approve' : 'Reject'} busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type EditProposal, ProposalDecision } from '#schema/publish.ts'
import { approveProposal, proposalQuery, rejectProposal } from '../api/proposals.ts'
import { conflictOf, forgetDocuments } from '../api/publish.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { ButtonLink } from '../ui/link.tsx'
import { notifySuccess } from '../ui/notify.ts'

type Verdict = 'approve' | 'reject'
const TITLES: Record<Verdict, string> = { approve: 'Approve and publish', reject: 'Reject this edit' }

/** Approves or rejects a proposed edit, with a reason; an outdated one is resolved instead of approved. */
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
        {proposal.state === 'waiting' && <Button onClick={() => ask('approve')}>Approve</Button>}
        {proposal.state === 'stale' && proposal.kind === 'edit' && <ResolveLink proposal={proposal} />}
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

function DecideForm({ proposal, verdict, onDone }: DecideFormProps) {
  const { id, title, kind } = proposal
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { reason: '' } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: ProposalDecision,
    toInput: (values) => values,
    send: ({ reason }) => (verdict === 'approve' ? approveProposal(id, { reason }) : rejectProposal(id, reason)),
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
  if (kind === 'edit' && conflictOf(problem) !== undefined) {
    return (
      <Stack>
        <Alert role="alert" color="orange" title="The page has changed in the same places">
          Nothing was published. Choose for each place what is to stay; all other changes are put together.
        </Alert>
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <ResolveLink proposal={proposal} reason={form.values.reason} />
        </Group>
      </Stack>
    )
  }
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

/** To the choice between what was proposed and what is in Confluence. `reason`: what was typed already. */
function ResolveLink({ proposal: { id, space }, reason = '' }: { proposal: EditProposal; reason?: string }) {
  return (
    <ButtonLink
      to="/spaces/$key/proposals/$id/resolve"
      params={{ key: space.key, id }}
      search={reason === '' ? {} : { reason }}
    >
      Resolve conflict
    </ButtonLink>
  )
}

import { Alert, Button, Group, Stack, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { IconGitMerge } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import type { DocumentDiff, EditProposal, ProposalResolution } from '#schema/publish.ts'
import { type ProposalOutcome, proposalOutcomeQuery } from '../api/proposals.ts'
import { DiffView } from '../text/diff-view.tsx'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { ButtonLink } from '../ui/link.tsx'
import { Loaded, RowsSkeleton } from '../ui/loaded.tsx'
import { Conflict } from './conflict.tsx'
import { type Draft, draftOn } from './draft.ts'
import classes from './editor.module.css'
import { Refusal } from './refusal.tsx'
import { chosenSides, proposalSides } from './sides.ts'
import { type Drafting, useDraft } from './use-draft.ts'
import { type Resolving, useResolve } from './use-resolve.ts'

type ResolveProps = { proposal: EditProposal; userId: string; reason: string }

/** The choice between a proposed edit and the page as it is; or its publication, where there is no choice left. */
export function Resolve({ proposal, userId, reason }: ResolveProps) {
  // Choices are kept like a text that is being written: through a reload and a sign-out.
  const start = { ...draftOn({ version: 0, title: '', format: 'storage', text: '' }), loaded: null, message: reason }
  const drafting = useDraft(userId, `proposal.${proposal.id}`, start)
  // What met another change when it was sent, before the page was loaded anew.
  const [{ resolved, round }, begin] = useState(() => ({ resolved: resolutionOf(drafting.draft), round: 0 }))
  const outcome = useQuery(proposalOutcomeQuery(proposal.id, resolved))
  const queryClient = useQueryClient()
  const startOver = () => {
    drafting.restart({ ...start, message: drafting.draft.message })
    begin({ resolved: undefined, round: round + 1 })
    void queryClient.resetQueries({ queryKey: proposalOutcomeQuery(proposal.id, undefined).queryKey })
  }
  return (
    <Loaded query={outcome} skeleton={<RowsSkeleton rows={3} height={120} />}>
      {(found) => (
        <Choosing
          key={round}
          proposal={proposal}
          outcome={found}
          resolved={resolved}
          drafting={drafting}
          onPublished={() => drafting.restart(start)}
          onStartOver={startOver}
        />
      )}
    </Loaded>
  )
}

type ChoosingProps = {
  proposal: EditProposal
  outcome: ProposalOutcome
  resolved: ProposalResolution | undefined
  drafting: Drafting
  onPublished: () => void
  /** Drops every choice: the proposed edit stands against the page again. */
  onStartOver: () => void
}

function Choosing({ proposal, outcome, resolved, drafting, onPublished, onStartOver }: ChoosingProps) {
  const { draft, change, isUnkept } = drafting
  const resolving = useResolve(proposal, draft.message, {
    onPublished,
    onConflict: ({ version, title, storage }) => change({ version, title, text: storage }),
  })
  const { busy, problem, publish } = resolving
  const conflict = resolving.conflict ?? outcome.conflict
  const picks = draft.picks?.version === conflict?.current.version ? draft.picks : null
  const hasPicked = picks !== null && (picks.title !== null || picks.of.some((choice) => choice !== null))
  const back = (
    <>
      {draft.version > 0 && (
        <Button variant="default" disabled={busy} onClick={onStartOver}>
          Start over
        </Button>
      )}
      <ButtonLink
        variant="default"
        to="/spaces/$key/proposals/$id"
        params={{ key: proposal.space.key, id: proposal.id }}
      >
        Cancel
      </ButtonLink>
    </>
  )
  const note = (
    <TextInput
      aria-label="Reason"
      placeholder="Reason (optional)"
      maxLength={500}
      className={classes.message}
      disabled={busy}
      value={draft.message}
      onChange={(event) => change({ message: event.currentTarget.value })}
    />
  )
  if (outcome.isPublished || problem?.code === 'published')
    return (
      <Rest title="It is in Confluence already" action="Note it" {...{ resolving, note, back }} onAct={() => publish()}>
        Whoever published it was interrupted before it could be noted here. Noting it writes nothing.
      </Rest>
    )
  if (conflict === undefined)
    return (
      <Rest
        title="There is no conflict any more"
        action="Publish"
        diff={outcome.preview?.diff}
        {...{ resolving, note, back }}
        onAct={() => publish(resolved)}
      >
        The page is such again that{' '}
        {resolved === undefined ? 'the edit can be published as it was proposed' : 'what you chose can be published'}.
      </Rest>
    )
  return (
    <>
      <LeaveGuard isDirty={draft.version > 0 || hasPicked} isKept>
        {busy
          ? 'It is being published at this moment. Stay here to see whether it was.'
          : 'Nothing of it is published. Your choices wait here until you close this tab.'}
      </LeaveGuard>
      {isUnkept && (
        <Alert color="orange" title="Your browser has no room to keep these choices">
          Publish before you reload or leave this page.
        </Alert>
      )}
      <Conflict
        key={conflict.current.version}
        conflict={conflict}
        sides={draft.version > 0 ? chosenSides : proposalSides}
        picks={draft.picks}
        onPick={(picks) => change({ picks })}
        busy={busy}
        problem={problem}
        onSave={({ version, title, text }) => publish({ version, title, storage: text })}
        note={note}
        back={back}
      />
    </>
  )
}

type RestProps = {
  title: string
  children: ReactNode
  diff?: DocumentDiff | undefined
  resolving: Resolving
  note: ReactNode
  back: ReactNode
  action: string
  onAct: () => void
}

/** Nobody has to choose any more. */
function Rest({ title, children, diff, resolving: { busy, problem }, note, back, action, onAct }: RestProps) {
  return (
    <Stack gap="md">
      <Alert color="blue" icon={<IconGitMerge />} title={title}>
        {children}
      </Alert>
      {diff !== undefined && <DiffView diff={diff} unchanged="It changes nothing any more." />}
      {problem !== undefined && problem.code !== 'published' && <Refusal problem={problem} />}
      <div className={classes.bar}>
        {note}
        <Group gap="xs" ml="auto">
          {back}
          <Button loading={busy} onClick={onAct}>
            {action}
          </Button>
        </Group>
      </div>
    </Stack>
  )
}

function resolutionOf({ version, title, text }: Draft): ProposalResolution | undefined {
  return version === 0 ? undefined : { version, title, storage: text }
}

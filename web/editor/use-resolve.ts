import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { EditConflict, EditProposal, ProposalResolution } from '#schema/publish.ts'
import { type ApiProblem, toProblem } from '../api/client.ts'
import { approveProposal, proposalQuery } from '../api/proposals.ts'
import { conflictOf, forgetDocuments } from '../api/publish.ts'
import { notifySuccess } from '../ui/notify.ts'
import { useIsHere } from './use-is-here.ts'
import { useSignInAgain } from './use-sign-in-again.ts'

export type Resolving = {
  busy: boolean
  problem: ApiProblem | undefined
  /** The page was changed once more: what was sent against what is there now. */
  conflict: EditConflict | undefined
  /** Approves the proposal with the chosen text; without one as it was proposed. */
  publish: (resolved?: ProposalResolution) => void
}

type Ends = {
  onPublished: () => void
  /** What was sent waits for another choice. */
  onConflict: (sent: ProposalResolution) => void
}

/** Publishes a proposed edit as the approver resolved it, and leads back to the proposal. */
export function useResolve({ id, space }: EditProposal, reason: string, { onPublished, onConflict }: Ends): Resolving {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const signInAgain = useSignInAgain()
  const isHere = useIsHere()
  const [problem, setProblem] = useState<ApiProblem>()
  const [conflict, setConflict] = useState<EditConflict>()

  const mutation = useMutation({
    meta: { inline: true },
    mutationFn: (resolved: ProposalResolution | undefined) => approveProposal(id, { reason, resolved }),
    onSuccess: async (decided, resolved) => {
      notifySuccess(...saidOf(decided, resolved))
      onPublished()
      const to = { to: '/spaces/$key/proposals/$id', params: { key: space.key, id } } as const
      if (isHere()) await navigate({ ...to, ignoreBlocker: true })
      queryClient.setQueryData(proposalQuery(id).queryKey, decided)
      await queryClient.invalidateQueries({ queryKey: ['proposals'] })
      await forgetDocuments(queryClient)
    },
    onError: async (error, sent) => {
      const met = toProblem(error)
      if (met.status === 401) return signInAgain()
      const sides = conflictOf(met)
      if (sides !== undefined) {
        setConflict(sides)
        if (sent !== undefined) onConflict(sent)
      }
      setProblem(sides === undefined ? met : undefined)
    },
  })

  return {
    busy: mutation.isPending,
    problem,
    conflict,
    publish: (resolved) => {
      if (mutation.isPending) return
      setProblem(undefined)
      mutation.mutate(resolved)
    },
  }
}

function saidOf({ title, publishedVersion }: EditProposal, resolved: ProposalResolution | undefined): [string, string] {
  if (publishedVersion !== null && publishedVersion === resolved?.version)
    return ['Nothing was written', 'The page already says what you have chosen.']
  return [`“${resolved?.title ?? title}” was published`, `It is version ${publishedVersion} now.`]
}

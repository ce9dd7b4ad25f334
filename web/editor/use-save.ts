import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { EditConflict } from '#schema/publish.ts'
import { type ApiProblem, toProblem } from '../api/client.ts'
import { type Written, conflictOf, forgetDocuments } from '../api/publish.ts'
import { notifySuccess } from '../ui/notify.ts'
import type { Draft } from './draft.ts'
import { type Target, save } from './target.ts'
import type { Drafting } from './use-draft.ts'
import { useIsHere } from './use-is-here.ts'
import { useSignInAgain } from './use-sign-in-again.ts'

export type Saving = {
  busy: boolean
  problem: ApiProblem | undefined
  conflict: EditConflict | undefined
  /** Saves the draft, or what has become of it. */
  save: (draft: Draft) => void
  /** Back to the text from the choice between two sides. */
  leaveConflict: () => void
}

/** Saves a draft and leads to the page. A conflict is handed over to be decided; nothing is overwritten. */
export function useSave(target: Target, { restart }: Drafting): Saving {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const signInAgain = useSignInAgain()
  const isHere = useIsHere()
  const [problem, setProblem] = useState<ApiProblem>()
  const [conflict, setConflict] = useState<EditConflict>()

  const mutation = useMutation({
    meta: { inline: true },
    mutationFn: (draft: Draft) => save(target, draft),
    onSuccess: async (written, sent) => {
      notifySuccess(...saidOf(target, written, sent))
      restart({ ...sent, loaded: sent.text })
      await forgetDocuments(queryClient)
      if (!isHere()) return
      await navigate({
        to: '/spaces/$key/documents/$id',
        params: { key: target.spaceKey, id: written.id },
        ignoreBlocker: true,
      })
    },
    onError: async (error) => {
      const met = toProblem(error)
      if (met.status === 401) return signInAgain()
      const sides = conflictOf(met)
      setConflict(sides)
      setProblem(sides === undefined ? met : undefined)
    },
  })

  return {
    busy: mutation.isPending,
    problem,
    conflict,
    save: (next) => {
      if (mutation.isPending) return
      setProblem(undefined)
      mutation.mutate(next)
    },
    leaveConflict: () => setConflict(undefined),
  }
}

function saidOf(target: Target, { title, version }: Written, sent: Draft): [string, string] {
  if (target.kind === 'new') return [`“${title}” was created`, '']
  if (version === sent.version) return ['Nothing was saved', 'The page already says what you have written.']
  return [`“${title}” was saved`, `It is version ${version} now.`]
}

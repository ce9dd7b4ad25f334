import { useRef, useState } from 'react'
import { type Draft, draftKey, dropDraft, keepDraft, readDraft } from './draft.ts'

export type Drafting = {
  draft: Draft
  isDirty: boolean
  /** When the kept text was written that the editor began with; undefined when it began afresh. */
  restoredFrom: string | undefined
  /** The browser has no room to keep the text: only this page holds it. */
  isUnkept: boolean
  change: (part: Partial<Draft>) => void
  /** Begins anew with another text; what was typed is dropped. */
  restart: (fresh: Draft) => void
}

/** The draft of one page: every change is kept in the tab's storage, so that neither a reload nor a sign-out loses it. */
export function useDraft(userId: string, target: string, start: Draft): Drafting {
  const key = draftKey(userId, target)
  const [restored, setRestored] = useState(() => readDraft(key))
  const [clean, setClean] = useState(start)
  const [draft, setDraft] = useState(restored ?? start)
  const [isUnkept, setUnkept] = useState(false)
  // Two changes may come before the next drawing: each stands on the one before.
  const latest = useRef(draft)

  function change(part: Partial<Draft>): void {
    // Choices about a conflict are about the text as it was then.
    const picks = part.text === undefined && part.title === undefined ? latest.current.picks : null
    const next = { ...latest.current, picks, ...part, at: new Date().toISOString() }
    latest.current = next
    setDraft(next)
    if (!isChanged(next, clean)) dropDraft(key)
    else setUnkept(!keepDraft(key, next))
  }

  function restart(fresh: Draft): void {
    dropDraft(key)
    latest.current = fresh
    setDraft(fresh)
    setClean(fresh)
    setRestored(undefined)
    setUnkept(false)
  }

  return { draft, isDirty: isChanged(draft, clean), restoredFrom: restored?.at, isUnkept, change, restart }
}

function isChanged(draft: Draft, clean: Draft): boolean {
  return (
    draft.text !== draft.loaded ||
    draft.title !== clean.title ||
    draft.message !== clean.message ||
    draft.labels.join('\n') !== clean.labels.join('\n')
  )
}

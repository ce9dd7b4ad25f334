import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import type { WorkflowDetail } from '#schema/workflow-api.ts'
import { checkWorkflow } from '../api/workflows.ts'
import { focusWhenShown } from '../ui/focus.ts'
import { Draft, writeDraft } from './draft.ts'
import type { Editor } from './editor-context.ts'
import { type Fault, placed, wayTo } from './faults.ts'

export type EditorState = Editor & {
  pages: number | null
  /** Of the faults, those that the form alone knows. */
  ownFaults: readonly Fault[]
  /** Whether the faults are those of what stands there now. */
  isFresh: boolean
  /** Shows every fault that there is, and takes in those of a refused save. */
  judgeAll: (refused?: readonly Fault[]) => void
  replace: (draft: Draft) => void
}

type Start = {
  scope: string
  saved: WorkflowDetail | undefined
  draft: Draft
  owner: string | undefined
  /** What is wrong to begin with. */
  ownFault: Fault | undefined
}

/** The state of an open editor: the definition being written, what the server says of it, and what stands open. */
export function useEditorState({ scope, saved, draft: start, owner, ownFault }: Start): EditorState {
  const [draft, setDraft] = useState(start)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [left, setLeft] = useState<readonly string[]>([])
  const [isJudgedWhole, setJudgedWhole] = useState(saved !== undefined)
  const [own, setOwn] = useState<Readonly<Record<string, string>>>(
    ownFault === undefined ? {} : { [ownFault.path]: ownFault.message },
  )
  const [refused, setRefused] = useState<{ of: Draft; faults: readonly Fault[] }>()
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const { verdict, isFresh } = useVerdict(scope, draft, saved?.id)
  const base = useMemo(() => normal(saved === undefined ? start : Draft.parse(saved.definition)), [saved, start])

  // A field that was just left is judged by what stands there now: an older fault would push what is being clicked away.
  if (isFresh && left.length > 0) {
    setTouched(new Set([...touched, ...left]))
    setLeft([])
  }

  const ownFaults = useMemo(() => Object.entries(own).map(([path, message]) => ({ path, message })), [own])
  const faults = useMemo(() => {
    const refusals = refused?.of === draft ? refused.faults : []
    const all = [...ownFaults, ...placed([...(verdict?.errors ?? []), ...refusals])]
    return all.filter((fault, at) => all.findIndex((one) => isSame(one, fault)) === at)
  }, [ownFaults, verdict, refused, draft])

  const setOwnFault = useCallback((path: string, message: string | undefined) => {
    setOwn((present) => {
      if (present[path] === message) return present
      const { [path]: _before, ...others } = present
      return message === undefined ? others : { ...others, [path]: message }
    })
  }, [])

  return {
    scope,
    saved,
    draft,
    owner,
    isDirty: useMemo(() => normal(draft) !== base, [draft, base]),
    change: (change) => setDraft(change),
    replace: setDraft,
    faults,
    ownFaults,
    warnings: useMemo(() => placed(verdict?.warnings ?? []), [verdict]),
    pages: verdict?.pages ?? null,
    isFresh,
    isJudged: (path) => isJudgedWhole || touched.has(path),
    touch: (path) => setLeft((present) => (touched.has(path) ? present : [...present, path])),
    judgeAll: (more) => {
      setJudgedWhole(true)
      if (more !== undefined) setRefused({ of: draft, faults: more })
    },
    setOwnFault,
    isOpen: (path) => opened.has(path),
    toggle: (path) =>
      setOpened(
        (present) => new Set(present.has(path) ? [...present].filter((one) => one !== path) : [...present, path]),
      ),
    show: (path) => {
      setOpened((present) => new Set([...present, ...wayTo(path)]))
      requestAnimationFrame(() => focusWhenShown(() => nearest(path)))
    },
  }
}

/** For comparison: without what is undefined, and with its keys in one order. */
function normal(draft: Draft): string {
  return writeDraft(Draft.parse(draft))
}

const judgeAfterMs = 350

/** What the server says of the definition, a moment after the last key; what it said last until then. */
function useVerdict(scope: string, draft: Draft, workflowId: string | undefined) {
  const [settled] = useDebouncedValue(writeDraft(draft), judgeAfterMs)
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['workflows', 'check', scope, workflowId, settled],
    gcTime: 0,
    placeholderData: (previous) => previous,
    queryFn: () => checkWorkflow(scope, JSON.parse(settled), workflowId),
  })
  return { verdict: data, isFresh: data !== undefined && !isPlaceholderData && settled === writeDraft(draft) }
}

function nearest(path: string): HTMLElement | undefined {
  for (const place of wayTo(path).toReversed()) {
    const element = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(place)}"]`)
    if (element !== null) return element
  }
  return undefined
}

function isSame(one: Fault, other: Fault): boolean {
  return one.path === other.path && one.message === other.message
}

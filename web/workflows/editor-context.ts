import { createContext, use } from 'react'
import type { WorkflowDetail } from '#schema/workflow-api.ts'
import type { Draft } from './draft.ts'
import { type Fault, isWithin } from './faults.ts'

/** What the parts of the editor share. */
export type Editor = {
  scope: string
  /** As it was saved last; undefined while it is new. */
  saved: WorkflowDetail | undefined
  draft: Draft
  isDirty: boolean
  change: (change: (draft: Draft) => Draft) => void
  owner: string | undefined
  faults: readonly Fault[]
  warnings: readonly Fault[]
  /** Whether a fault at the place is shown: not before somebody has been there. */
  isJudged: (path: string) => boolean
  touch: (path: string) => void
  /** What the form alone knows to be wrong, such as a body that is no JSON; undefined when it is mended. */
  setOwnFault: (path: string, message: string | undefined) => void
  isOpen: (path: string) => boolean
  toggle: (path: string) => void
  /** Opens what a place lies in, and puts the focus there. */
  show: (path: string) => void
}

export const EditorContext = createContext<Editor | undefined>(undefined)

export function useEditor(): Editor {
  const editor = use(EditorContext)
  if (editor === undefined) throw new Error('This stands outside of the editor.')
  return editor
}

type Field = { 'data-path': string; error: string | undefined; onBlur: () => void }

/** What a field of the form needs to show its faults and to be found by them. `deep`: faults inside it are its own too. */
export function useField(path: string, deep = false): Field {
  const { faults, isJudged, touch } = useEditor()
  const fault = faults.find((one) => (deep ? isWithin(one, path) : one.path === path))
  return {
    'data-path': path,
    error: fault !== undefined && isJudged(path) ? fault.message : undefined,
    onBlur: () => touch(path),
  }
}

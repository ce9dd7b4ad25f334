import { createContext, use } from 'react'

type TreeState = {
  spaceKey: string
  /** The document that is open beside the tree. */
  current: string | undefined
  /** The one item that Tab reaches. */
  focused: string | undefined
  isOpen: (id: string) => boolean
  setOpen: (id: string, isOpen: boolean) => void
  setFocused: (id: string) => void
}

export const TreeContext = createContext<TreeState | undefined>(undefined)

export function useTree(): TreeState {
  const tree = use(TreeContext)
  if (tree === undefined) throw new Error('A branch stands outside of its tree.')
  return tree
}

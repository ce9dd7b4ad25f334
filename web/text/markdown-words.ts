import { type ReactNode, createElement } from 'react'

/** A heading of a document. */
export function headOf(depth: number, children: ReactNode): ReactNode {
  return createElement(`h${Math.min(6, Math.max(1, depth))}`, {}, children)
}

/** Whether a link's address may be followed; a relative one would lead somewhere in Lockkeeper. */
export function isSafeAddress(url: string): boolean {
  return /^(https?:|mailto:)/i.test(url)
}

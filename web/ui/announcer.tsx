import { VisuallyHidden } from '@mantine/core'
import { useSyncExternalStore } from 'react'

let message = ''
const listeners = new Set<() => void>()

/** Tells screen readers something that sighted people see happen, such as a new page. */
export function announce(text: string): void {
  message = text
  for (const listener of listeners) listener()
}

/** The live region that `announce` speaks through; one on the page. */
export function Announcer() {
  const text = useSyncExternalStore(subscribe, () => message)
  return (
    <VisuallyHidden component="output" aria-live="polite">
      {text}
    </VisuallyHidden>
  )
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

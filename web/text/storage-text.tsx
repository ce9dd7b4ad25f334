import { useMemo } from 'react'
import { Rendered } from './rendered.tsx'
import { storageToHtml } from './storage-view.ts'

/** Storage format roughly as it reads, macros by their name. */
export function StorageText({ storage }: { storage: string }) {
  const html = useMemo(() => storageToHtml(storage), [storage])
  return <Rendered html={html} />
}

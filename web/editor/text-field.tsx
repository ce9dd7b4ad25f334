import { Skeleton } from '@mantine/core'
import { Suspense, lazy } from 'react'
import type { TextEditorProps } from './text-editor.tsx'

const TextEditor = lazy(() => import('./text-editor.tsx'))

/** The field for a page's text; its code comes when it is needed. */
export function TextField(props: TextEditorProps) {
  return (
    <Suspense fallback={<Skeleton height={props.minHeight ?? 320} radius="md" />}>
      <TextEditor {...props} />
    </Suspense>
  )
}

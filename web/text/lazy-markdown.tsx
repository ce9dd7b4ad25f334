import { Skeleton } from '@mantine/core'
import { Suspense, lazy } from 'react'

// Its parser is large: it comes when Markdown is to be shown, which most pages never do.
const Markdown = lazy(() => import('./markdown.tsx'))

/** Markdown as it reads. */
export function MarkdownText({ text }: { text: string }) {
  return (
    <Suspense fallback={<Skeleton height={48} radius="md" />}>
      <Markdown text={text} />
    </Suspense>
  )
}

import { Text } from '@mantine/core'
import { useDeferredValue } from 'react'
import { MarkdownText } from '../text/lazy-markdown.tsx'
import { StorageText } from '../text/storage-text.tsx'
import type { Draft } from './draft.ts'

/** How the text reads, while it is written. */
export function Preview({ draft }: { draft: Draft }) {
  const text = useDeferredValue(draft.text)
  if (text.trim() === '') return <Text c="dimmed">Nothing is written yet.</Text>
  return draft.format === 'markdown' ? <MarkdownText text={text} /> : <StorageText storage={text} />
}

import { Group, SegmentedControl, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId } from 'react'
import { documentQuery } from '../api/content.ts'
import { editViewQuery } from '../api/publish.ts'
import type { Draft } from './draft.ts'
import { type Target, preview } from './target.ts'

type FormatSwitchProps = {
  target: Target
  draft: Draft
  onSwitch: (part: Pick<Draft, 'version' | 'format' | 'text' | 'loaded'>) => void
}

/**
 * Markdown or storage format. Markdown that has been edited becomes the storage that would be saved; storage that has been
 * edited has no Markdown before it is saved.
 */
export function FormatSwitch({ target, draft, onSwitch }: FormatSwitchProps) {
  const queryClient = useQueryClient()
  const reason = useId()
  const isEdited = draft.text !== draft.loaded && draft.text.trim() !== ''
  const isStuck = draft.format === 'storage' && isEdited

  const change = useMutation({
    mutationFn: async (format: Draft['format']) => {
      if (isEdited) {
        const { storage } = await preview(target, draft)
        return { version: draft.version, format, text: storage, loaded: null }
      }
      if (target.kind === 'new') return { version: 0, format, text: '', loaded: '' }
      const query = format === 'markdown' ? editViewQuery(target.id) : documentQuery(target.id, 'storage')
      const { version, body } = await queryClient.fetchQuery({ ...query, staleTime: 0 })
      return { version, format, text: body, loaded: body }
    },
    onSuccess: onSwitch,
  })

  return (
    <Group gap="xs">
      <SegmentedControl
        size="xs"
        aria-label="Write as"
        {...(isStuck && { 'aria-describedby': reason })}
        value={draft.format}
        disabled={change.isPending}
        data={[
          { value: 'markdown', label: 'Markdown', disabled: isStuck },
          { value: 'storage', label: 'Storage' },
        ]}
        onChange={(value) => change.mutate(value === 'storage' ? 'storage' : 'markdown')}
      />
      {isStuck && (
        <Text id={reason} size="xs" c="dimmed">
          Edited storage is Markdown again once it is saved.
        </Text>
      )}
    </Group>
  )
}

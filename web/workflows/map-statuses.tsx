import { Modal, NativeSelect, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { count } from '../ui/format.ts'
import { FormActions } from '../ui/form-actions.tsx'
import type { Draft } from './draft.ts'

type Status = { id: string; name: string }
type MapStatusesProps = {
  opened: boolean
  removed: readonly Status[]
  draft: Draft
  pages: number
  busy: boolean
  onClose: () => void
  onSave: (statuses: Record<string, string>) => void
}

/** Asks where the pages of removed statuses go. */
export function MapStatuses({ opened, removed, draft, pages, busy, onClose, onSave }: MapStatusesProps) {
  const statuses = draft.statuses ?? []
  const [chosen, setChosen] = useState<Record<string, string>>({})
  const fallback = draft.initial ?? statuses[0]?.id ?? ''
  const targetOf = (id: string) => statuses.find((status) => status.id === chosen[id])?.id ?? fallback
  const isAutomation = statuses.length === 0
  return (
    <Modal opened={opened} onClose={onClose} title="Where do their pages go?">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onSave(isAutomation ? {} : Object.fromEntries(removed.map(({ id }) => [id, targetOf(id)])))
        }}
      >
        <Stack>
          <Text>
            {count(pages, 'page')} {pages === 1 ? 'is' : 'are'} in this workflow.{' '}
            {isAutomation
              ? 'Without statuses, they lose theirs here. In Confluence nothing changes.'
              : 'Those in a status that is no more need another.'}
          </Text>
          {!isAutomation &&
            removed.map(({ id, name }) => (
              <NativeSelect
                key={id}
                label={`Pages in ${name} go to`}
                data={statuses.map((status) => ({ value: status.id, label: status.name }))}
                value={targetOf(id)}
                onChange={({ currentTarget: { value } }) => setChosen({ ...chosen, [id]: value })}
              />
            ))}
          <FormActions label="Save" busy={busy} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}

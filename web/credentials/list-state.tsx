import { Button } from '@mantine/core'
import type { Credential } from '#schema/credential.ts'
import { usePlace } from './place.ts'
import { StateBadge } from './state-badge.tsx'
import { reaches } from './words.ts'

/** The state of a credential in the list, with the way out where its value is lost. */
export function ListState({ credential }: { credential: Credential }) {
  const { open } = usePlace()
  const { id, name, state, level } = credential
  return (
    <>
      <StateBadge credential={credential} />
      {state === 'needs-re-entry' && reaches(level, 'edit') && (
        <Button
          size="compact-xs"
          variant="light"
          mt={4}
          aria-label={`Re-enter value of ${name}`}
          onClick={() => open('edit', id)}
        >
          Re-enter value
        </Button>
      )}
    </>
  )
}

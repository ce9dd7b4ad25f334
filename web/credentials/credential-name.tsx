import { Anchor, Text } from '@mantine/core'
import type { Credential } from '#schema/credential.ts'
import { usePlace } from './place.ts'

/** The name leads to the details, with where it is used. */
export function CredentialName({ credential: { id, name, username, header } }: { credential: Credential }) {
  const { open } = usePlace()
  const beside = username ?? header
  return (
    <>
      <Anchor
        component="button"
        type="button"
        c="inherit"
        fw={650}
        ta="start"
        size="sm"
        onClick={() => open('details', id)}
      >
        {name}
      </Anchor>
      {beside !== null && (
        <Text size="xs" c="dimmed" fw={400}>
          {beside}
        </Text>
      )}
    </>
  )
}

import { Anchor, Text } from '@mantine/core'
import type { Credential } from '#schema/credential.ts'
import { usePlace } from './place.ts'
import { kindNames } from './words.ts'

/** The name leads to the details, with where it is used; below it the kind, and whose name or which header it carries. */
export function CredentialName({ credential: { id, name, kind, username, header } }: { credential: Credential }) {
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
      <Text size="xs" c="dimmed" fw={400}>
        {kindNames[kind]}
        {beside !== null && ` · ${beside}`}
      </Text>
    </>
  )
}

import { Button, Group, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Credential, Grants } from '#schema/credential.ts'
import { grantsQuery } from '../api/credentials.ts'
import { Loaded } from '../ui/loaded.tsx'
import { AccessOf } from './access-of.tsx'
import { GrantsForm } from './grants-form.tsx'

type PermissionsProps = { credential: Credential; onDone: () => void; onReload: () => void }

/** Who may do what with a credential, and what that comes to for one person. */
export function Permissions({ credential, onDone, onReload }: PermissionsProps) {
  const grants = useQuery(grantsQuery(credential.id))
  return (
    <Tabs defaultValue="grants" keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="grants">Permissions</Tabs.Tab>
        <Tabs.Tab value="access">Access of a person</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="grants">
        <Loaded query={grants}>
          {(loaded: Grants) => (
            <GrantsForm
              credential={credential}
              granted={loaded}
              onDone={onDone}
              onReload={() => {
                void grants.refetch().then(onReload)
              }}
            />
          )}
        </Loaded>
      </Tabs.Panel>
      <Tabs.Panel value="access">
        <Stack>
          <Text size="sm" c="dimmed">
            As saved: a person’s own permission, that of their groups and that of everyone come together; the highest
            counts.
          </Text>
          <AccessOf credential={credential} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onDone}>
              Close
            </Button>
          </Group>
        </Stack>
      </Tabs.Panel>
    </Tabs>
  )
}

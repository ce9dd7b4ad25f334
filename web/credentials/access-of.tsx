import { Alert, List, Select, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Credential } from '#schema/credential.ts'
import { accessQuery } from '../api/credentials.ts'
import { Loaded, RowsSkeleton } from '../ui/loaded.tsx'
import { usePeople } from '../api/people.ts'
import { levelNames } from './words.ts'

/** What a person may do with a credential, with every reason why. */
export function AccessOf({ credential }: { credential: Credential }) {
  const { users, note } = usePeople(credential.scope)
  const [user, setUser] = useState<string | null>(null)
  return (
    <>
      <Select
        label="Person"
        description={note}
        placeholder="Choose a person"
        data={users}
        searchable
        limit={50}
        nothingFoundMessage="Nobody is called so."
        value={user}
        onChange={setUser}
      />
      {user !== null && <Access id={credential.id} user={user} />}
    </>
  )
}

function Access({ id, user }: { id: string; user: string }) {
  const access = useQuery(accessQuery(id, user))
  return (
    <Loaded query={access} skeleton={<RowsSkeleton rows={1} />}>
      {({ level, reasons }) => (
        <Alert color={level === null ? 'gray' : 'water'} title={level === null ? 'No access' : levelNames[level]}>
          {reasons.length === 0 ? (
            <Text size="sm">Nothing gives this person access.</Text>
          ) : (
            <List size="sm">
              {reasons.map((reason) => (
                <List.Item key={`${reason.level} ${reason.because}`}>{reason.because}</List.Item>
              ))}
            </List>
          )}
        </Alert>
      )}
    </Loaded>
  )
}

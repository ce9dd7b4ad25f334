import { Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconKey, IconSearch } from '@tabler/icons-react'
import type { Credential, ScopeState } from '#schema/credential.ts'
import { credentialsQuery } from '../api/credentials.ts'
import { itemsOf } from '../api/paged.ts'
import { Face } from '../ui/faces.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { CredentialActions } from './credential-actions.tsx'
import classes from './credential-list.module.css'
import { CredentialName } from './credential-name.tsx'
import { DomainSummary } from './domain-names.tsx'
import { ListState } from './list-state.tsx'
import { usePlace } from './place.ts'
import { levelNames } from './words.ts'

/** The scope's credentials by name, as far as the viewer may see them. */
export function CredentialList({ state }: { state: ScopeState }) {
  const { q = '', search } = usePlace()
  const credentials = useInfiniteQuery(credentialsQuery(state.scope, q))
  const searchSoon = useDebouncedCallback(search, 250)
  return (
    <Stack gap="md">
      {(state.credentials > 0 || q !== '') && (
        <TextInput
          type="search"
          aria-label="Search credentials by name"
          placeholder="Search by name"
          maw={360}
          maxLength={100}
          leftSection={<IconSearch size={16} aria-hidden />}
          defaultValue={q}
          onChange={(event) => searchSoon(event.currentTarget.value.trim())}
        />
      )}
      <Loaded query={credentials}>
        {({ pages }) => {
          const items = itemsOf(pages)
          if (items.length === 0) return q === '' ? <Empty state={state} /> : <NothingCalled q={q} />
          return (
            <div>
              <RecordTable
                label="Credentials"
                rows={items}
                keyOf={({ id }) => id}
                empty=""
                columns={columnsFor(state)}
              />
              <LoadMore query={credentials} />
            </div>
          )
        }}
      </Loaded>
    </Stack>
  )
}

function Empty({ state }: { state: ScopeState }) {
  return (
    <Face icon={<IconKey />} title="No credentials yet">
      {state.mayAdministrate
        ? 'Create one for each system that is to be called, then say who may use it and where it may go.'
        : 'Here are those that somebody lets you see. Ask an admin if one is missing.'}
    </Face>
  )
}

function NothingCalled({ q }: { q: string }) {
  return (
    <Text component="output" c="dimmed">
      No credential is called “{q}”.
    </Text>
  )
}

function columnsFor({ mayAdministrate }: ScopeState): Column<Credential>[] {
  return mayAdministrate ? columns.filter(({ head }) => head !== levelHead) : columns
}

// Of a scope's admins all is said once: they administrate everything in it.
const levelHead = 'You may'

const columns: Column<Credential>[] = [
  { head: 'Name', cell: (credential) => <CredentialName credential={credential} /> },
  {
    head: 'Domains',
    cell: ({ domains }) => (
      <div className={classes.domains}>
        <DomainSummary domains={domains} />
      </div>
    ),
  },
  {
    head: 'State',
    cell: (credential) => (
      <div>
        <ListState credential={credential} />
      </div>
    ),
  },
  { head: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <Moment time={lastUsedAt} />) },
  { head: levelHead, cell: ({ level }) => <span className={classes.word}>{levelNames[level].toLowerCase()}</span> },
  { head: 'Actions', align: 'end', cell: (credential) => <CredentialActions credential={credential} /> },
]

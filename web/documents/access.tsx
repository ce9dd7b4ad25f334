import { Alert, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconLock, IconLockOpen2 } from '@tabler/icons-react'
import type { DocumentDetail } from '#schema/document.ts'
import type { DocumentAccess } from '#schema/read-access.ts'
import { meQuery } from '../api/access.ts'
import { spaceQuery } from '../api/content.ts'
import { documentAccessQuery } from '../api/document-parts.ts'
import { usePeople } from '../api/people.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Facts } from '../ui/facts.tsx'
import { Locks } from './locks.tsx'
import { documentRoute } from './place.ts'

/** Why somebody can, or cannot, read a document. Others than oneself are told to admins of the space alone. */
export function Access({ document }: { document: DocumentDetail }) {
  const { user } = documentRoute.useSearch()
  const navigate = documentRoute.useNavigate()
  const key = document.space.key
  const { data: me } = useQuery(meQuery)
  const { data: space } = useQuery(spaceQuery(key))
  const mayAsk = me?.user.role === 'admin' || space?.role === 'admin'
  const access = useQuery(documentAccessQuery(document.id, user))
  return (
    <Stack gap="lg" maw={720}>
      {mayAsk && (
        <Person
          spaceKey={key}
          value={user ?? me?.user.id ?? null}
          onChoose={(next) =>
            void navigate({ search: { tab: 'access', ...(next !== undefined && { user: next }) }, replace: true })
          }
        />
      )}
      <Loaded query={access}>{(loaded) => <Answer access={loaded} isMe={loaded.user.id === me?.user.id} />}</Loaded>
    </Stack>
  )
}

type PersonProps = { spaceKey: string; value: string | null; onChoose: (id: string | undefined) => void }

function Person({ spaceKey, value, onChoose }: PersonProps) {
  const { users, note } = usePeople(`space:${spaceKey}`)
  return (
    <Select
      label="Why can this person read it, or not?"
      description={note}
      searchable
      allowDeselect={false}
      limit={100}
      nothingFoundMessage="Nobody is called so."
      data={users}
      value={value}
      onChange={(id) => onChoose(id ?? undefined)}
    />
  )
}

const MODES: Record<DocumentAccess['mode'], string> = {
  confluence: 'Restrictions of Confluence count: every lock below must open.',
  members: 'Members of the space here count; restrictions of Confluence do not.',
  local: 'The space is kept here alone: its members count.',
}

function Answer({ access, isMe }: { access: DocumentAccess; isMe: boolean }) {
  const { user, readable, because, role, isPlatformAdmin, mode, accounts, locks } = access
  const who = isMe ? 'You' : user.name
  return (
    <>
      <Alert
        color={readable ? 'green' : 'red'}
        icon={readable ? <IconLockOpen2 /> : <IconLock />}
        title={`${who} can${readable ? '' : 'not'} read this`}
      >
        {because}
      </Alert>
      <Facts
        facts={[
          ['Role in the space', role ?? 'none'],
          ...(isPlatformAdmin ? [['On the platform', 'admin'] as const] : []),
          ['Account', accounts.length === 0 ? 'none is linked' : accounts.map(accountWords).join(', ')],
        ].map(([name, value]) => [name ?? '', value])}
      />
      <section aria-label="Locks">
        <Text size="sm" c="dimmed" mb="sm">
          {MODES[mode]}
        </Text>
        {locks.length > 0 && <Locks locks={locks} />}
      </section>
    </>
  )
}

function accountWords({ name, linkedBy }: DocumentAccess['accounts'][number]): string {
  return `${name} (linked ${linkedBy === 'email' ? 'by e-mail' : 'by an admin'})`
}

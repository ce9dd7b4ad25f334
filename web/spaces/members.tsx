import { Button, Group, NativeSelect, Stack } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { SpaceRole, type SpaceMember } from '#schema/access.ts'
import { groupsQuery, usersQuery } from '../api/access.ts'
import { membersQuery, putMembers, spaceQuery } from '../api/content.ts'
import { itemsOf } from '../api/paged.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { PageHeader } from '../ui/page-header.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'

const route = getRouteApi('/signed-in/spaces/$key/members')

const roles = [
  { value: 'reader', label: 'Reader' },
  { value: 'editor', label: 'Editor' },
  { value: 'admin', label: 'Admin' },
]

/** Who is in a space, and as what. Every change is saved at once, as the whole list. */
export function Members() {
  const { key } = route.useParams()
  const queryClient = useQueryClient()
  const members = useQuery(membersQuery(key))
  const { data: space } = useQuery(spaceQuery(key))
  const save = useMutation({
    mutationFn: (next: SpaceMember[]) =>
      putMembers(key, { members: next.map(({ principal, role }) => ({ principal, role })) }),
    onSuccess: () => notifySuccess('The members were updated'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['spaces'] }),
  })
  return (
    <>
      <PageHeader
        title="Members"
        lead="Readers read, editors also write, admins also decide who is here."
        above={
          <TextLink to="/spaces/$key" params={{ key }} size="sm">
            ‹ {space?.name ?? key}
          </TextLink>
        }
      />
      <Loaded query={members}>
        {(present) => (
          <Stack gap="lg">
            <AddMember present={present} busy={save.isPending} onAdd={(member) => save.mutate([...present, member])} />
            <RecordTable
              label="Members"
              rows={present}
              keyOf={({ principal }) => principal}
              empty="Nobody yet: only platform admins see this space."
              columns={columnsFor(present, save.mutate)}
            />
          </Stack>
        )}
      </Loaded>
    </>
  )
}

type AddMemberProps = { present: SpaceMember[]; busy: boolean; onAdd: (member: SpaceMember) => void }

function AddMember({ present, busy, onAdd }: AddMemberProps) {
  const people = useInfiniteQuery(usersQuery)
  const users = itemsOf(people.data?.pages)
  const groups = itemsOf(useInfiniteQuery(groupsQuery).data?.pages)
  const [principal, setPrincipal] = useState('')
  const [role, setRole] = useState<string>('reader')
  const choices = [
    { value: 'everyone', label: 'Everyone' },
    ...groups.map(({ id, name }) => ({ value: `group:${id}`, label: `${name} (group)` })),
    ...users.map(({ id, name, email }) => ({ value: `user:${id}`, label: `${name} (${email})` })),
  ].filter(({ value }) => !present.some((member) => member.principal === value))

  function add(): void {
    const parsed = SpaceRole.safeParse(role)
    if (principal === '' || !parsed.success) return
    onAdd({ principal, role: parsed.data })
    setPrincipal('')
  }

  return (
    <Group align="flex-end" gap="sm">
      <NativeSelect
        label="Who"
        description={
          people.isError ? 'Only platform admins can look people up; ask one of them to add a person.' : undefined
        }
        style={{ flex: '1 1 220px', maxWidth: 360 }}
        value={principal}
        data={[{ value: '', label: 'Choose…' }, ...choices]}
        onChange={(event) => setPrincipal(event.currentTarget.value)}
      />
      <NativeSelect label="As" value={role} data={roles} onChange={(event) => setRole(event.currentTarget.value)} />
      <Button loading={busy} onClick={add}>
        Add member
      </Button>
    </Group>
  )
}

function columnsFor(present: SpaceMember[], save: (next: SpaceMember[]) => void): Column<SpaceMember>[] {
  const nameOf = ({ principal, name }: SpaceMember) => (principal === 'everyone' ? 'Everyone' : (name ?? principal))
  const others = ({ principal }: SpaceMember) => present.filter((member) => member.principal !== principal)
  return [
    { head: 'Name', cell: nameOf },
    { head: 'Kind', cell: ({ principal }) => kindOf(principal) },
    {
      head: 'Role',
      cell: (member) => (
        <NativeSelect
          size="xs"
          aria-label={`Role of ${nameOf(member)}`}
          value={member.role}
          data={roles}
          onChange={(event) => {
            const role = SpaceRole.safeParse(event.currentTarget.value)
            if (role.success) save([...others(member), { ...member, role: role.data }])
          }}
        />
      ),
    },
    {
      head: 'Remove',
      align: 'end',
      cell: (member) => (
        <IconButton label={`Remove ${nameOf(member)}`} color="red" onClick={() => save(others(member))}>
          <IconTrash size={18} stroke={1.7} aria-hidden />
        </IconButton>
      ),
    },
  ]
}

function kindOf(principal: string): string {
  if (principal === 'everyone') return 'Everyone'
  return principal.startsWith('group:') ? 'Group' : 'User'
}

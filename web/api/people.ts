import { useQuery } from '@tanstack/react-query'
import { allGroupsQuery, allUsersQuery, meQuery } from './access.ts'
import { membersQuery } from './content.ts'

export type Choice = { value: string; label: string }
/** `users`: values are ids; `groups`: likewise. `note` says who is missing and why. */
export type People = { users: Choice[]; groups: Choice[]; note: string | undefined }

/** Whom the viewer may name: everybody for a platform admin, the members of the space for its admin. */
export function usePeople(scope: string): People {
  const { data: me } = useQuery(meQuery)
  const isAdmin = me?.user.role === 'admin'
  const key = /^space:(.+)$/.exec(scope)?.[1]
  const users = useQuery({ ...allUsersQuery, enabled: isAdmin })
  const groups = useQuery({ ...allGroupsQuery, enabled: isAdmin })
  const members = useQuery({ ...membersQuery(key ?? ''), enabled: me != null && !isAdmin && key !== undefined })
  if (isAdmin) {
    return {
      users: (users.data?.items ?? []).map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` })),
      groups: (groups.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
      note: users.data?.capped === true ? 'Only the first 2,000 people are listed.' : undefined,
    }
  }
  const named = (kind: string) =>
    (members.data ?? [])
      .filter(({ principal }) => principal.startsWith(`${kind}:`))
      .map(({ principal, name }) => ({ value: principal.slice(kind.length + 1), label: name ?? principal }))
  const self = me == null ? [] : [{ value: me.user.id, label: `${me.user.name} (you)` }]
  const others = named('user').filter(({ value }) => value !== me?.user.id)
  return {
    users: [...self, ...others],
    groups: named('group'),
    note:
      members.data === undefined
        ? 'Only platform admins can look people up; ask one of them to name a person.'
        : 'The members of this space. Platform admins can also name others.',
  }
}

import { useSuspenseQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { IconLock } from '@tabler/icons-react'
import { meQuery } from '../api/access.ts'
import { Face } from '../ui/faces.tsx'
import { ButtonLink } from '../ui/link.tsx'
import { PageHeader } from '../ui/page-header.tsx'

/** Settings are the platform admins'. The server decides; this only spares a member a page of refusals. */
export function AdminGate() {
  const { data: me } = useSuspenseQuery(meQuery)
  if (me?.user.role === 'admin') return <Outlet />
  return (
    <>
      <PageHeader title="Settings" />
      <Face icon={<IconLock />} title="For platform admins" action={<ButtonLink to="/spaces">Go to Spaces</ButtonLink>}>
        Ask one of your platform admins if you need something changed here.
      </Face>
    </>
  )
}

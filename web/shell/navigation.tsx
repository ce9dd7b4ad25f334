import { useQuery } from '@tanstack/react-query'
import {
  IconArrowsSplit2,
  IconBooks,
  IconFileSearch,
  IconHeartbeat,
  IconKey,
  IconListCheck,
  IconLockPassword,
  IconPlugConnected,
  IconSend,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-react'
import { scopesQuery } from '../api/credentials.ts'
import { ApprovalsEntry } from '../page-status/approvals-entry.tsx'
import { NavEntry } from '../ui/link.tsx'
import classes from './shell.module.css'

const icon = { size: 18, stroke: 1.7, 'aria-hidden': true } as const

/** The list of places. A member sees of the settings only what would open for them. */
export function Navigation({ isAdmin }: { isAdmin: boolean }) {
  return (
    <>
      <NavEntry to="/spaces" label="Spaces" leftSection={<IconBooks {...icon} />} className={classes.entry} />
      <NavEntry to="/search" label="Search" leftSection={<IconFileSearch {...icon} />} className={classes.entry} />
      <ApprovalsEntry className={classes.entry} />
      {isAdmin ? <Settings /> : <MembersSettings />}
      <div className={classes.section}>You</div>
      <NavEntry to="/account/api-keys" label="API keys" leftSection={<IconKey {...icon} />} className={classes.entry} />
    </>
  )
}

function MembersSettings() {
  const { data: scopes = [] } = useQuery(scopesQuery)
  if (!scopes.some(({ scope, credentials }) => scope === 'global' && credentials > 0)) return null
  return (
    <>
      <div className={classes.section}>Settings</div>
      <CredentialsEntry />
    </>
  )
}

function CredentialsEntry() {
  return (
    <NavEntry
      to="/settings/credentials"
      label="Credentials"
      leftSection={<IconLockPassword {...icon} />}
      className={classes.entry}
    />
  )
}

function Settings() {
  return (
    <>
      <div className={classes.section}>Settings</div>
      <NavEntry
        to="/settings/integrations"
        label="Integrations"
        leftSection={<IconPlugConnected {...icon} />}
        className={classes.entry}
      />
      <CredentialsEntry />
      <NavEntry
        to="/settings/workflows"
        label="Workflows"
        leftSection={<IconArrowsSplit2 {...icon} />}
        className={classes.entry}
      />
      <NavEntry
        to="/settings/deliveries"
        label="Deliveries"
        leftSection={<IconSend {...icon} />}
        className={classes.entry}
      />
      <NavEntry to="/settings/users" label="Users" leftSection={<IconUser {...icon} />} className={classes.entry} />
      <NavEntry
        to="/settings/groups"
        label="Groups"
        leftSection={<IconUsersGroup {...icon} />}
        className={classes.entry}
      />
      <NavEntry
        to="/settings/audit"
        label="Audit"
        leftSection={<IconListCheck {...icon} />}
        className={classes.entry}
      />
      <NavEntry
        to="/settings/system"
        label="System"
        leftSection={<IconHeartbeat {...icon} />}
        className={classes.entry}
      />
    </>
  )
}

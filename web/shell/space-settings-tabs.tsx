import { Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { meQuery } from '../api/access.ts'
import { spaceQuery } from '../api/content.ts'
import { TextLink } from '../ui/link.tsx'
import classes from '../ui/page-tabs.module.css'

/** The way back to a space and, for its admins, between the pages of its settings. */
export function SpaceSettingsTabs({ spaceKey: key }: { spaceKey: string }) {
  const { data: me } = useQuery(meQuery)
  const { data: space } = useQuery(spaceQuery(key))
  const name = space?.name ?? key
  const canManage = me?.user.role === 'admin' || space?.role === 'admin'
  return (
    <Stack gap="sm" mb="sm">
      <div>
        <TextLink to="/spaces/$key" params={{ key }} size="sm">
          ‹ {name}
        </TextLink>
      </div>
      {canManage && (
        <nav aria-label={`Settings of ${name}`} className={classes.tabs}>
          <Group gap={0}>
            <TextLink to="/spaces/$key/settings/credentials" params={{ key }} className={classes.tab} underline="never">
              Credentials
            </TextLink>
            <TextLink to="/spaces/$key/settings/workflows" params={{ key }} className={classes.tab} underline="never">
              Workflows
            </TextLink>
            <TextLink to="/spaces/$key/settings/deliveries" params={{ key }} className={classes.tab} underline="never">
              Deliveries
            </TextLink>
          </Group>
        </nav>
      )}
    </Stack>
  )
}

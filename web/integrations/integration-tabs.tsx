import { Group } from '@mantine/core'
import { TextLink } from '../ui/link.tsx'
import classes from './integration-tabs.module.css'

/** The way between the pages of one integration. */
export function IntegrationTabs({ id }: { id: string }) {
  return (
    <nav aria-label="Integration" className={classes.tabs}>
      <Group gap={0}>
        <TextLink
          to="/settings/integrations/$id"
          params={{ id }}
          activeOptions={{ exact: true }}
          className={classes.tab}
          underline="never"
        >
          Sync
        </TextLink>
        <TextLink to="/settings/integrations/$id/health" params={{ id }} className={classes.tab} underline="never">
          Health
        </TextLink>
        <TextLink
          to="/settings/integrations/$id/sync-settings"
          params={{ id }}
          className={classes.tab}
          underline="never"
        >
          Sync settings
        </TextLink>
      </Group>
    </nav>
  )
}

import { Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { integrationQuery } from '../api/integrations.ts'
import { TextLink } from '../ui/link.tsx'
import classes from '../ui/page-tabs.module.css'
import { peopleHash } from './state.ts'

/** The way between the pages of one integration. People have one where their accounts say who may read. */
export function IntegrationTabs({ id }: { id: string }) {
  const { data: integration } = useQuery(integrationQuery(id))
  return (
    <nav aria-label="Integration" className={classes.tabs}>
      <Group gap={0}>
        <TextLink
          to="/settings/integrations/$id"
          params={{ id }}
          activeOptions={{ exact: true, includeHash: true }}
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
        {integration?.settings.readers === 'confluence' && (
          <TextLink
            to="/settings/integrations/$id"
            params={{ id }}
            hash={peopleHash}
            activeOptions={{ exact: true, includeHash: true }}
            className={classes.tab}
            underline="never"
          >
            People
          </TextLink>
        )}
      </Group>
    </nav>
  )
}

import { createRoute, lazyRouteComponent as lazy, redirect } from '@tanstack/react-router'
import { z } from 'zod'
import { CredentialsSearch } from '../credentials/place.ts'
import { DeliveriesSearch } from '../deliveries/place.ts'
import { EditorSearch, NewWorkflowSearch } from '../workflows/place.ts'
import { signedIn, text } from './frame.tsx'

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazy(() => import('../shell/admin-gate.tsx'), 'AdminGate'),
})

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/integrations' })
  },
})

const integrations = createRoute({
  getParentRoute: () => settings,
  path: '/integrations',
  component: lazy(() => import('../integrations/integration-list.tsx'), 'IntegrationList'),
})

const tab = z.enum(['basic', 'authentication']).optional().catch(undefined)

const newIntegration = createRoute({
  getParentRoute: () => settings,
  path: '/integrations/new',
  validateSearch: z.object({ q: text, connector: text, tab }),
  component: lazy(() => import('../integrations/new-integration.tsx'), 'NewIntegrationPage'),
})

const integration = createRoute({
  getParentRoute: () => settings,
  path: '/integrations/$id',
  component: lazy(() => import('../integrations/integration-page.tsx'), 'IntegrationPage'),
})

const health = createRoute({
  getParentRoute: () => settings,
  path: '/integrations/$id/health',
  component: lazy(() => import('../integrations/health-page.tsx'), 'HealthPage'),
})

const syncSettings = createRoute({
  getParentRoute: () => settings,
  path: '/integrations/$id/sync-settings',
  component: lazy(() => import('../integrations/sync-settings.tsx'), 'SyncSettings'),
})

const editIntegration = createRoute({
  getParentRoute: () => settings,
  path: '/integrations/$id/edit',
  validateSearch: z.object({ tab }),
  component: lazy(() => import('../integrations/edit-integration.tsx'), 'EditIntegration'),
})

const run = createRoute({
  getParentRoute: () => settings,
  path: '/integrations/$id/runs/$runId',
  component: lazy(() => import('../integrations/run-page.tsx'), 'RunPage'),
})

// Not behind the admins' gate: members may hold permissions on global credentials.
const globalCredentials = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings/credentials',
  validateSearch: CredentialsSearch,
  component: lazy(() => import('../credentials/global-credentials.tsx'), 'GlobalCredentials'),
})

const globalWorkflows = createRoute({
  getParentRoute: () => settings,
  path: '/workflows',
  component: lazy(() => import('../workflows/global-workflows.tsx'), 'GlobalWorkflows'),
})

const newGlobalWorkflow = createRoute({
  getParentRoute: () => settings,
  path: '/workflows/new',
  validateSearch: NewWorkflowSearch,
  component: lazy(() => import('../workflows/new-workflow.tsx'), 'NewWorkflow'),
})

const globalWorkflow = createRoute({
  getParentRoute: () => settings,
  path: '/workflows/$id',
  validateSearch: EditorSearch,
  component: lazy(() => import('../workflows/edit-workflow.tsx'), 'EditWorkflow'),
})

const globalDeliveries = createRoute({
  getParentRoute: () => settings,
  path: '/deliveries',
  validateSearch: DeliveriesSearch,
  component: lazy(() => import('../deliveries/global-deliveries.tsx'), 'GlobalDeliveries'),
})

// Not behind the admins' gate: those about a space are also for its admins.
const delivery = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings/deliveries/$id',
  component: lazy(() => import('../deliveries/delivery-page.tsx'), 'DeliveryPage'),
})

const users = createRoute({
  getParentRoute: () => settings,
  path: '/users',
  component: lazy(() => import('../access/users.tsx'), 'Users'),
})

const groups = createRoute({
  getParentRoute: () => settings,
  path: '/groups',
  component: lazy(() => import('../access/groups.tsx'), 'Groups'),
})

const audit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  validateSearch: z.object({ actor: text, action: text, target: text }),
  component: lazy(() => import('../audit/audit-list.tsx'), 'AuditList'),
})

const system = createRoute({
  getParentRoute: () => settings,
  path: '/system',
  component: lazy(() => import('../system/system-page.tsx'), 'SystemPage'),
})

/** Addresses below /settings, most of them the admins'. */
export const settingsRoutes = [
  globalCredentials,
  delivery,
  settings.addChildren([
    settingsHome,
    integrations,
    newIntegration,
    integration,
    health,
    syncSettings,
    editIntegration,
    run,
    globalWorkflows,
    newGlobalWorkflow,
    globalWorkflow,
    globalDeliveries,
    users,
    groups,
    audit,
    system,
  ]),
] as const

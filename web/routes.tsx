import type { QueryClient } from '@tanstack/react-query'
import {
  Outlet,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent as lazy,
  redirect,
} from '@tanstack/react-router'
import { z } from 'zod'
import { meQuery, readStatus } from './api/access.ts'
import { CredentialsSearch } from './credentials/place.ts'
import { ErrorFace, NotFoundFace } from './ui/faces.tsx'
import { RowsSkeleton } from './ui/loaded.tsx'
import { EditorSearch, NewWorkflowSearch } from './workflows/place.ts'

const text = z.string().optional()

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: () => <NotFoundFace />,
})

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  beforeLoad: async () => {
    if ((await readStatus()).setUp) throw redirect({ to: '/sign-in' })
  },
  component: lazy(() => import('./access/set-up.tsx'), 'SetUp'),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({ return: text }),
  beforeLoad: async () => {
    const status = await readStatus()
    if (!status.setUp) throw redirect({ to: '/setup' })
    if (status.signedIn) throw redirect({ to: '/spaces' })
  },
  component: lazy(() => import('./access/sign-in.tsx'), 'SignIn'),
})

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const me = await context.queryClient.ensureQueryData(meQuery)
    if (me !== null) return
    context.queryClient.removeQueries(meQuery)
    const { setUp } = await readStatus()
    if (!setUp) throw redirect({ to: '/setup' })
    throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { return: location.href } })
  },
  component: lazy(() => import('./shell/shell.tsx'), 'Shell'),
})

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/spaces' })
  },
})

const spaces = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces',
  validateSearch: z.object({ filter: text }),
  component: lazy(() => import('./spaces/space-list.tsx'), 'SpaceList'),
})

const space = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key',
  component: lazy(() => import('./spaces/space-frame.tsx'), 'SpaceFrame'),
})

const spaceHome = createRoute({
  getParentRoute: () => space,
  path: '/',
  component: lazy(() => import('./spaces/space-home.tsx'), 'SpaceHome'),
})

const members = createRoute({
  getParentRoute: () => space,
  path: '/members',
  component: lazy(() => import('./spaces/members.tsx'), 'Members'),
})

const spaceSettings = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key/settings',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/spaces/$key/settings/credentials', params })
  },
})

// Beside the space's frame, not in it: a settings page has no use for the tree of pages.
const spaceCredentials = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key/settings/credentials',
  validateSearch: CredentialsSearch,
  component: lazy(() => import('./credentials/space-credentials.tsx'), 'SpaceCredentials'),
})

const spaceWorkflows = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key/settings/workflows',
  component: lazy(() => import('./workflows/space-workflows.tsx'), 'SpaceWorkflows'),
})

const newSpaceWorkflow = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key/settings/workflows/new',
  validateSearch: NewWorkflowSearch,
  component: lazy(() => import('./workflows/new-workflow.tsx'), 'NewWorkflow'),
})

const spaceWorkflow = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key/settings/workflows/$id',
  validateSearch: EditorSearch,
  component: lazy(() => import('./workflows/edit-workflow.tsx'), 'EditWorkflow'),
})

const document = createRoute({
  getParentRoute: () => space,
  path: '/documents/$id',
  validateSearch: z.object({ as: z.enum(['markdown', 'storage']).optional().catch(undefined) }),
  component: lazy(() => import('./shell/document-view.tsx'), 'DocumentView'),
})

const search = createRoute({
  getParentRoute: () => signedIn,
  path: '/search',
  validateSearch: z.object({ q: text, space: text, type: text, label: text, updatedAfter: text }),
  component: lazy(() => import('./search/search-page.tsx'), 'SearchPage'),
})

const apiKeys = createRoute({
  getParentRoute: () => signedIn,
  path: '/account/api-keys',
  component: lazy(() => import('./access/api-keys.tsx'), 'ApiKeys'),
})

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazy(() => import('./shell/admin-gate.tsx'), 'AdminGate'),
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
  component: lazy(() => import('./integrations/integration-list.tsx'), 'IntegrationList'),
})

const tab = z.enum(['basic', 'authentication']).optional().catch(undefined)

const newIntegration = createRoute({
  getParentRoute: () => settings,
  path: '/integrations/new',
  validateSearch: z.object({ q: text, connector: text, tab }),
  component: lazy(() => import('./integrations/new-integration.tsx'), 'NewIntegrationPage'),
})

const integration = createRoute({
  getParentRoute: () => settings,
  path: '/integrations/$id',
  component: lazy(() => import('./integrations/integration-page.tsx'), 'IntegrationPage'),
})

const editIntegration = createRoute({
  getParentRoute: () => settings,
  path: '/integrations/$id/edit',
  validateSearch: z.object({ tab }),
  component: lazy(() => import('./integrations/edit-integration.tsx'), 'EditIntegration'),
})

const run = createRoute({
  getParentRoute: () => settings,
  path: '/integrations/$id/runs/$runId',
  component: lazy(() => import('./integrations/run-page.tsx'), 'RunPage'),
})

// Not behind the admins' gate: members may hold permissions on global credentials.
const globalCredentials = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings/credentials',
  validateSearch: CredentialsSearch,
  component: lazy(() => import('./credentials/global-credentials.tsx'), 'GlobalCredentials'),
})

const globalWorkflows = createRoute({
  getParentRoute: () => settings,
  path: '/workflows',
  component: lazy(() => import('./workflows/global-workflows.tsx'), 'GlobalWorkflows'),
})

const newGlobalWorkflow = createRoute({
  getParentRoute: () => settings,
  path: '/workflows/new',
  validateSearch: NewWorkflowSearch,
  component: lazy(() => import('./workflows/new-workflow.tsx'), 'NewWorkflow'),
})

const globalWorkflow = createRoute({
  getParentRoute: () => settings,
  path: '/workflows/$id',
  validateSearch: EditorSearch,
  component: lazy(() => import('./workflows/edit-workflow.tsx'), 'EditWorkflow'),
})

const users = createRoute({
  getParentRoute: () => settings,
  path: '/users',
  component: lazy(() => import('./access/users.tsx'), 'Users'),
})

const groups = createRoute({
  getParentRoute: () => settings,
  path: '/groups',
  component: lazy(() => import('./access/groups.tsx'), 'Groups'),
})

const audit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  validateSearch: z.object({ actor: text, action: text, target: text }),
  component: lazy(() => import('./audit/audit-list.tsx'), 'AuditList'),
})

const system = createRoute({
  getParentRoute: () => settings,
  path: '/system',
  component: lazy(() => import('./system/system-page.tsx'), 'SystemPage'),
})

const missing = createRoute({
  getParentRoute: () => signedIn,
  path: '$',
  component: lazy(() => import('./shell/missing.tsx'), 'Missing'),
})

const tree = root.addChildren([
  setUp,
  signIn,
  signedIn.addChildren([
    home,
    spaces,
    space.addChildren([spaceHome, members, document]),
    spaceSettings,
    spaceCredentials,
    spaceWorkflows,
    newSpaceWorkflow,
    spaceWorkflow,
    globalCredentials,
    search,
    missing,
    apiKeys,
    settings.addChildren([
      settingsHome,
      integrations,
      newIntegration,
      integration,
      editIntegration,
      run,
      globalWorkflows,
      newGlobalWorkflow,
      globalWorkflow,
      users,
      groups,
      audit,
      system,
    ]),
  ]),
])

/** Every address of the application. Search parameters are plain strings: `?q=42` stays the text "42". */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: () => <RowsSkeleton />,
    defaultErrorComponent: ({ error, reset }) => <ErrorFace error={error} onRetry={reset} />,
    defaultNotFoundComponent: () => <NotFoundFace />,
    parseSearch: (query) => Object.fromEntries(new URLSearchParams(query)),
    stringifySearch: (search) => {
      const filled = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
      const query = new URLSearchParams(filled.map(([name, value]) => [name, String(value)])).toString()
      return query === '' ? '' : `?${query}`
    },
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}

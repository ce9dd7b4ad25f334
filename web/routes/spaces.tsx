import { createRoute, lazyRouteComponent as lazy, redirect } from '@tanstack/react-router'
import { z } from 'zod'
import { CredentialsSearch } from '../credentials/place.ts'
import { DeliveriesSearch } from '../deliveries/place.ts'
import { ReportSearch } from '../page-status/place.ts'
import { EditorSearch, NewWorkflowSearch } from '../workflows/place.ts'
import { signedIn, text } from './frame.tsx'

const spaces = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces',
  validateSearch: z.object({ filter: text }),
  component: lazy(() => import('../spaces/space-list.tsx'), 'SpaceList'),
})

const space = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key',
  component: lazy(() => import('../spaces/space-frame.tsx'), 'SpaceFrame'),
})

const spaceHome = createRoute({
  getParentRoute: () => space,
  path: '/',
  component: lazy(() => import('../spaces/space-home.tsx'), 'SpaceHome'),
})

const members = createRoute({
  getParentRoute: () => space,
  path: '/members',
  component: lazy(() => import('../spaces/members.tsx'), 'Members'),
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
  component: lazy(() => import('../credentials/space-credentials.tsx'), 'SpaceCredentials'),
})

const spaceWorkflows = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key/settings/workflows',
  component: lazy(() => import('../workflows/space-workflows.tsx'), 'SpaceWorkflows'),
})

const newSpaceWorkflow = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key/settings/workflows/new',
  validateSearch: NewWorkflowSearch,
  component: lazy(() => import('../workflows/new-workflow.tsx'), 'NewWorkflow'),
})

const spaceWorkflow = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key/settings/workflows/$id',
  validateSearch: EditorSearch,
  component: lazy(() => import('../workflows/edit-workflow.tsx'), 'EditWorkflow'),
})

const spaceDeliveries = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key/settings/deliveries',
  validateSearch: DeliveriesSearch,
  component: lazy(() => import('../deliveries/space-deliveries.tsx'), 'SpaceDeliveries'),
})

const report = createRoute({
  getParentRoute: () => space,
  path: '/report',
  validateSearch: ReportSearch,
  component: lazy(() => import('../page-status/report-page.tsx'), 'ReportPage'),
})

const document = createRoute({
  getParentRoute: () => space,
  path: '/documents/$id',
  validateSearch: z.object({ as: z.enum(['markdown', 'storage']).optional().catch(undefined) }),
  component: lazy(() => import('../shell/document-view.tsx'), 'DocumentView'),
})

/** Addresses of spaces: their pages, and their settings. */
export const spaceRoutes = [
  spaces,
  space.addChildren([spaceHome, members, report, document]),
  spaceSettings,
  spaceCredentials,
  spaceWorkflows,
  newSpaceWorkflow,
  spaceWorkflow,
  spaceDeliveries,
] as const

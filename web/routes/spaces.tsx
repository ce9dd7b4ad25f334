import { createRoute, lazyRouteComponent as lazy, redirect } from '@tanstack/react-router'
import { z } from 'zod'
import { CredentialsSearch } from '../credentials/place.ts'
import { DeliveriesSearch } from '../deliveries/place.ts'
import { DocumentSearch } from '../documents/place.ts'
import { NewType } from '../editor/new-type.ts'
import { ReportSearch } from '../page-status/place.ts'
import { ProposalsSearch } from '../proposals/place.ts'
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
  validateSearch: DocumentSearch,
  component: lazy(() => import('../shell/document-view.tsx'), 'DocumentView'),
})

const proposals = createRoute({
  getParentRoute: () => space,
  path: '/proposals',
  validateSearch: ProposalsSearch,
  component: lazy(() => import('../proposals/proposals-page.tsx'), 'ProposalsPage'),
})

const proposal = createRoute({
  getParentRoute: () => space,
  path: '/proposals/$id',
  component: lazy(() => import('../proposals/proposal-page.tsx'), 'ProposalPage'),
})

// Beside the space's frame too: both sides of a conflict, text and preview need its width.
const resolveProposal = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key/proposals/$id/resolve',
  validateSearch: z.object({ reason: text }),
  component: lazy(() => import('../editor/resolve-page.tsx'), 'ResolvePage'),
})

const editDocument = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key/documents/$id/edit',
  component: lazy(() => import('../editor/edit-page.tsx'), 'EditPage'),
})

const newDocument = createRoute({
  getParentRoute: () => signedIn,
  path: '/spaces/$key/new',
  validateSearch: z.object({
    parent: z.uuid().optional().catch(undefined),
    type: NewType.optional().catch(undefined),
  }),
  component: lazy(() => import('../editor/new-page.tsx'), 'NewPage'),
})

/** Addresses of spaces: their pages, and their settings. */
export const spaceRoutes = [
  spaces,
  space.addChildren([spaceHome, members, report, document, proposals, proposal]),
  resolveProposal,
  editDocument,
  newDocument,
  spaceSettings,
  spaceCredentials,
  spaceWorkflows,
  newSpaceWorkflow,
  spaceWorkflow,
  spaceDeliveries,
] as const

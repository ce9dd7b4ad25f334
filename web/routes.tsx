import { createRoute, lazyRouteComponent as lazy, redirect } from '@tanstack/react-router'
import { z } from 'zod'
import { documentQuery } from './api/content.ts'
import { DeliveriesSearch } from './deliveries/place.ts'
import { root, setUp, signIn, signedIn, text } from './routes/frame.tsx'
import { settingsRoutes } from './routes/settings.tsx'
import { spaceRoutes } from './routes/spaces.tsx'

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/spaces' })
  },
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

const approvals = createRoute({
  getParentRoute: () => signedIn,
  path: '/approvals',
  component: lazy(() => import('./page-status/approvals-page.tsx'), 'ApprovalsPage'),
})

// What notifications lead to: they name a thing, not the page that shows it.
const deliveriesOfNotice = createRoute({
  getParentRoute: () => signedIn,
  path: '/deliveries',
  validateSearch: DeliveriesSearch.extend({ space: text }),
  beforeLoad: ({ search: { space: key, ...search } }) => {
    if (key === undefined) throw redirect({ to: '/settings/deliveries', search })
    throw redirect({ to: '/spaces/$key/settings/deliveries', params: { key }, search })
  },
})

const documentOfNotice = createRoute({
  getParentRoute: () => signedIn,
  path: '/documents/$id',
  beforeLoad: async ({ context, params: { id } }) => {
    const found = await context.queryClient.ensureQueryData(documentQuery(id, 'html'))
    throw redirect({ to: '/spaces/$key/documents/$id', params: { key: found.space.key, id } })
  },
})

const missing = createRoute({
  getParentRoute: () => signedIn,
  path: '$',
  component: lazy(() => import('./shell/missing.tsx'), 'Missing'),
})

/** Every address of the application. */
export const routeTree = root.addChildren([
  setUp,
  signIn,
  signedIn.addChildren([
    home,
    ...spaceRoutes,
    ...settingsRoutes,
    search,
    approvals,
    apiKeys,
    deliveriesOfNotice,
    documentOfNotice,
    missing,
  ]),
])

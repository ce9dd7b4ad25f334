import type { QueryClient } from '@tanstack/react-query'
import {
  Outlet,
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent as lazy,
  redirect,
} from '@tanstack/react-router'
import { z } from 'zod'
import { meQuery, readStatus } from '../api/access.ts'
import { NotFoundFace } from '../ui/faces.tsx'

export const text = z.string().optional()

export const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: () => <NotFoundFace />,
})

export const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  beforeLoad: async () => {
    if ((await readStatus()).setUp) throw redirect({ to: '/sign-in' })
  },
  component: lazy(() => import('../access/set-up.tsx'), 'SetUp'),
})

export const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({ return: text }),
  beforeLoad: async () => {
    const status = await readStatus()
    if (!status.setUp) throw redirect({ to: '/setup' })
    if (status.signedIn) throw redirect({ to: '/spaces' })
  },
  component: lazy(() => import('../access/sign-in.tsx'), 'SignIn'),
})

export const signedIn = createRoute({
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
  component: lazy(() => import('../shell/shell.tsx'), 'Shell'),
})

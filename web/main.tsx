import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { createQueryClient } from './api/query-client.ts'
import { createAppRouter } from './router.tsx'
import { Look } from './ui/look.tsx'
import './ui/styles.ts'

// The server's Content-Security-Policy forbids eval, which zod would otherwise try.
z.config({ jitless: true, customError: plainFault })

const queryClient = createQueryClient(signedOut)
const router = createAppRouter(queryClient)

/** Any 401: the session ended, so the person signs in again and comes back to where they were. */
function signedOut(): void {
  const here = router.state.location
  if (here.pathname === '/sign-in' || here.pathname === '/setup') return
  queryClient.clear()
  void router.navigate({ to: '/sign-in', search: { return: here.href } })
}

/** Where the schema has no sentence of its own for an empty field. */
function plainFault(issue: { code: string; minimum?: unknown }): string | undefined {
  return issue.code === 'too_small' && issue.minimum === 1 ? 'Fill this in.' : undefined
}

const root = document.querySelector('#root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <Look>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </Look>
  </StrictMode>,
)

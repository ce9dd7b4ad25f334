import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { notifyProblem } from '../ui/notify.ts'
import { ApiProblem } from './client.ts'

declare module '@tanstack/react-query' {
  interface Register {
    /** `inline`: the form shows its own errors, so no toast. */
    mutationMeta: { inline?: boolean }
  }
}

/** The one cache of server state. Failed actions become toasts unless their form shows them; a 401 calls `signedOut`. */
export function createQueryClient(signedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (isSignedOut(error)) signedOut()
      },
    }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        const inline = mutation.meta?.inline === true
        if (isSignedOut(error) && !inline) signedOut()
        else if (!inline) notifyProblem(error)
      },
    }),
    // Long enough for a page to use what hovering its link has read, too short to hide what a sync brings.
    defaultOptions: { queries: { retry: shouldRetry, staleTime: 2_000 } },
  })
}

function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401
}

function shouldRetry(failures: number, error: unknown): boolean {
  const isOurs = error instanceof ApiProblem && error.status >= 400 && error.status < 500
  return !isOurs && failures < 2
}
